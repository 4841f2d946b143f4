"""A small benchmark for tests: pictures that show their own number, so that one can tell which one arrived."""

from __future__ import annotations

import numpy as np
import torch

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.items import Items
from sbirlib.data.pictures import Bytes, Ints, Pictures
from sbirlib.data.roles import TEST, deal

CLASSES = ("bat", "cat", "cow", "dog", "owl", "pig")
UNSEEN = ("bat", "owl")
VALIDATING = ("cow",)


class Numbered(Pictures):
    """Each picture is one grey: its row's number."""

    def __init__(self, count: int, name: str = "numbered") -> None:
        self.count, self.id, self.drawn = count, f"{name}-{count}", 0

    def __len__(self) -> int:
        return self.count

    def draw(self, rows: Ints, size: int) -> Bytes:
        self.drawn += len(rows)
        return np.tile(rows.astype(np.uint8)[:, None, None, None], (1, size, size, 3))


def images(modality: str, per_class: int = 10, takes: int = 1) -> ImageSet:
    units = [(name, index) for name in CLASSES for index in range(per_class) for _ in range(takes)]
    names = [name for name, _ in units]
    labels = torch.tensor([CLASSES.index(name) for name in names])
    roles = deal(names, [f"{name}/{index}" for name, index in units], set(UNSEEN), validating=VALIDATING, test=0.2)
    seen = torch.tensor([name not in UNSEEN for name in names])
    items = Items(
        labels,
        seen,
        [
            f"{name}/{index}" + (f"-{k % takes}" if modality == "sketch" else "")
            for k, (name, index) in enumerate(units)
        ],
        labels * 100 + torch.tensor([index for _, index in units]),
        trained=torch.from_numpy(roles != TEST) & seen,
    )
    return ImageSet(modality, items, CLASSES, roles, Numbered(len(units), modality), np.arange(len(units)), size=8)


def bench(validation: tuple[str, ...] = VALIDATING) -> Benchmark:
    seen = tuple(name for name in CLASSES if name not in UNSEEN)
    return Benchmark("toy", "toy/small", images("sketch", takes=2), images("photo"), seen, UNSEEN, validation)

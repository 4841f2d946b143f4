"""A benchmark whose every picture is its own number: what is in a batch can be read off its pixels."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import torch
from torch import Tensor

from sbirlib.data import Benchmark, ImageSet, Items
from sbirlib.data.batching import Batch
from sbirlib.data.pictures import Bytes, Ints, Pictures
from sbirlib.data.roles import deal

SEEN = ("ant", "bee", "cat", "dog", "elk")
UNSEEN = ("fox", "gnu")
SIDE = 8
EXTRA = 5000


class Numbers(Pictures):
    """Number n is (n // 256, n % 256, 0) all over; every second picture has a caption of its own."""

    def __init__(self, count: int, first: int = 0, what: str = "") -> None:
        self.count, self.first, self.what, self.id = count, first, what, f"{count} {what} numbers from {first}"

    def __len__(self) -> int:
        return self.count

    def identity(self, row: int) -> str:
        return f"{self.what} {row + self.first}"

    def draw(self, rows: Ints, size: int) -> Bytes:
        out = np.zeros((len(rows), size, size, 3), dtype=np.uint8)
        out[..., 0], out[..., 1] = (part[:, None, None] for part in np.divmod(rows + self.first, 256))
        return out

    def caption(self, row: int, verbose: bool) -> str | None:
        return f"number {row + self.first}, {'at length' if verbose else 'in short'}" if row % 2 else None


class Sided(Numbers):
    """All the same: dark on the left, white on the right."""

    def draw(self, rows: Ints, size: int) -> Bytes:
        out = np.full((len(rows), size, size, 3), 255, dtype=np.uint8)
        out[:, :, : size // 2] = 40
        return out


class Noisy(Numbers):
    """Noise, to each number its own."""

    def draw(self, rows: Ints, size: int) -> Bytes:
        own = [np.random.default_rng(int(row) + self.first) for row in rows]
        return np.stack([rng.integers(256, size=(size, size, 3), dtype=np.uint8) for rng in own])


def rows_of(images: Tensor) -> list[int]:
    """The numbers that unaugmented images show."""
    return (images[:, 0, 0, 0].int() * 256 + images[:, 1, 0, 0].int()).tolist()


def sided(kind: type[Numbers] = Sided, size: int = 32) -> Benchmark:
    """All pictures of another kind than the numbers."""
    one = bench()
    sets = {"sketches": one.sketches, "photos": one.photos}
    return replace(one, **{name: replace(s, pictures=kind(len(s)), size=size) for name, s in sets.items()})


def image_set(
    modality: str, classes: tuple[str, ...], labels: list[int], roles: Ints, instances: list[int] | None, first: int = 0
) -> ImageSet:
    count = len(labels)
    items = Items(
        labels=torch.tensor(labels, dtype=torch.long),
        seen=torch.tensor([classes[label] not in UNSEEN for label in labels], dtype=torch.bool),
        keys=[f"{classes[label]}/{modality}{row + first}" for row, label in enumerate(labels)],
        instances=None if instances is None else torch.tensor(instances, dtype=torch.long),
    )
    return ImageSet(modality, items, classes, roles, Numbers(count, first, modality), np.arange(count), SIDE)


def bench(photos: int = 12, sketches: int = 2, *, uneven: bool = False, paired: bool = True) -> Benchmark:
    """Of each class some photos, and of each photo some sketches; `uneven` gives the k-th class k + 1 times as many."""
    classes = SEEN + UNSEEN
    counts = [photos * (place + 1 if uneven else 1) for place in range(len(classes))]
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    instances = list(range(len(labels)))
    roles = deal([classes[i] for i in labels], [str(i) for i in instances], UNSEEN, validation=0.2, test=0.2)
    drawn = [row for row in instances for _ in range(sketches)]
    return Benchmark(
        name="numbers",
        split="numbers/all",
        sketches=image_set("sketch", classes, [labels[i] for i in drawn], roles[drawn], drawn if paired else None),
        photos=image_set("photo", classes, labels, roles, instances if paired else None),
        seen_classes=SEEN,
        unseen_classes=UNSEEN,
        validation_classes=SEEN[:1],
    )


def extra(modality: str, classes: tuple[str, ...], each: int = 4) -> ImageSet:
    """Images of one modality from elsewhere, to be learnt from, numbered from EXTRA in the order of their classes."""
    labels = [label for label in range(len(classes)) for _ in range(each)]
    return image_set(modality, classes, labels, np.zeros(len(labels), dtype=np.int64), None, EXTRA)


def repaired(one: Benchmark, seed: int) -> Benchmark:
    """The same training items, their instances dealt anew."""

    def shuffled(images: ImageSet) -> ImageSet:
        assert images.items.instances is not None
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
        return replace(images, items=replace(images.items, instances=images.items.instances[order]))

    part = {"sketches": one.train.sketches, "photos": one.train.photos}
    return replace(one, **{name: shuffled(images) for name, images in part.items()})


def same(one: Batch, two: Batch) -> bool:
    parts = [(getattr(one, field.name), getattr(two, field.name)) for field in fields(one)]
    return type(one) is type(two) and all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in parts
    )

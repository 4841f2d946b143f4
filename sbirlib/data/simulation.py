"""Embeddings that are drawn, not learnt, in the likeness of a benchmark: to show what a way of scoring does.

Each class has a direction; a photo is its class's direction plus noise; a sketch lies between its class and its photo
(at its `likeness`), plus noise of its own; and all sketches are shifted by one vector, the modality gap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sbirlib.data.items import Items

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """Embeddings (n, dim) of sketches and photos, and what they are."""

    sketches: Tensor
    photos: Tensor
    sketch_items: Items
    photo_items: Items


def simulated(
    seed: int,
    *,
    classes: int = 40,
    unseen: int = 15,
    pairs: int = 8,
    extended: int = 24,
    repeats: bool = True,
    noise: float = 1.6,
    likeness: float = 0.15,
    gap: float = 0.6,
    dim: int = 64,
) -> Simulated:
    """A collection like Sketchy's: of each class some `pairs` of photos with two sketches each, and `extended` photos
    more; with `repeats`, the extension holds the paired photos once more, as the released lists do.

    >>> one = simulated(0, classes=4, unseen=2, pairs=1, extended=2)
    >>> one.sketches.shape, one.photos.shape, one.photo_items.sources[:5]
    (torch.Size([8, 64]), torch.Size([16, 64]), ['paired', 'paired', 'paired', 'paired', 'extend'])
    """
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((classes, dim)) / dim**0.5
    shift = gap * rng.standard_normal(dim) / dim**0.5

    def around(points: Points) -> Points:
        return np.asarray(points + noise * rng.standard_normal(points.shape) / dim**0.5)

    pair, more = np.arange(classes).repeat(pairs), np.arange(classes).repeat(extended)
    paired, others = around(centres[pair]), around(centres[more])
    sketches = np.concatenate([around(likeness * paired + (1 - likeness) * centres[pair]) for _ in range(2)]) + shift
    again = [(paired, pair)] if repeats else []
    groups = [(paired, pair), *again, (others, more)]
    photos, photo_labels = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    keys = [f"{label}/{i}" for i, label in enumerate(pair)]
    instances = np.arange(len(pair))
    sketch_labels = np.tile(pair, 2)
    return Simulated(
        torch.tensor(sketches, dtype=torch.float32),
        torch.tensor(photos, dtype=torch.float32),
        Items(
            torch.tensor(sketch_labels),
            torch.tensor(sketch_labels >= unseen),
            [f"{key}-{k}" for k in range(2) for key in keys],
            torch.tensor(np.tile(instances, 2)),
        ),
        Items(
            torch.tensor(photo_labels),
            torch.tensor(photo_labels >= unseen),
            keys * (2 if repeats else 1) + [f"{label}/x{i}" for i, label in enumerate(more)],
            torch.tensor(np.concatenate([instances, np.full(len(photos) - len(pair), -1)])),
            ["paired"] * len(pair) + ["extend"] * (len(photos) - len(pair)),
        ),
    )

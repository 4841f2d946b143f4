"""What a model takes in one step, by kind. Images are uint8, (n, 3, s, s), RGB; a label is a place in `classes`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Self

import torch
from torch import Tensor

PHOTO, SKETCH = 0, 1
"""What stands in `Captioned.modality`."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Tensors that move together."""

    def __len__(self) -> int:
        raise NotImplementedError

    def to(self, device: torch.device | str, non_blocking: bool = False) -> Self:
        return self.mapped(lambda tensor: tensor.to(device, non_blocking=non_blocking))

    def pin_memory(self) -> Self:
        """For a data loader with `pin=True`: pages that a GPU copies from while it works."""
        return self.mapped(torch.Tensor.pin_memory)

    def mapped(self, change: Callable[[Tensor], Tensor]) -> Self:
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: change(part) for name, part in held.items() if isinstance(part, Tensor)})


@dataclass(frozen=True, eq=False)
class Captioned(Batch):
    """Sketches and photos that have nothing to do with each other, mixed, each with its own text."""

    images: Tensor
    modality: Tensor
    """(n,) PHOTO, 0, or SKETCH, 1."""
    labels: Tensor
    texts: list[str]

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True, eq=False)
class Triplets(Batch):
    """A sketch, a photo of its class, and a photo of another class."""

    sketches: Tensor
    photos: Tensor
    negatives: Tensor
    labels: Tensor
    """(n,) of sketch and photo."""
    negative_labels: Tensor

    def __len__(self) -> int:
        return len(self.sketches)


@dataclass(frozen=True, eq=False)
class Pairs(Batch):
    """A sketch and the very photo it was drawn from."""

    sketches: Tensor
    photos: Tensor
    labels: Tensor
    instances: Tensor
    """(n,) which photo: two sketches of one photo may meet in a batch."""
    sketch_texts: list[str]
    photo_texts: list[str]

    def __len__(self) -> int:
        return len(self.sketches)


@dataclass(frozen=True, eq=False)
class Unlabelled(Batch):
    """Sketches and photos that have nothing to do with each other, and nothing else."""

    sketches: Tensor
    photos: Tensor
    other_sketches: Tensor | None = None
    """The same sketches in another guise, where two views are asked for."""
    other_photos: Tensor | None = None

    def __len__(self) -> int:
        return len(self.sketches) + len(self.photos)


@dataclass(frozen=True, eq=False)
class Nothing(Batch):
    """For a model that makes its own data up: how many, and the seed to make them from."""

    count: int
    seed: int

    def __len__(self) -> int:
        return self.count

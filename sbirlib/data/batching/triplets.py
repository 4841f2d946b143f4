"""Triplets: a sketch, a photo of its class, and a photo of another class, by chance or of a similar one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from sbirlib.data.batching.batch import Triplets
from sbirlib.data.batching.drawn import DrawnBatches
from sbirlib.data.batching.order import Epochs, Floats, Rounds
from sbirlib.data.benchmark import listing
from sbirlib.data.pictures import Ints


@dataclass(frozen=True, eq=False)
class TripletBatches(DrawnBatches[Triplets]):
    similarity: Tensor | None
    """(C, C) over `classes`, the seen ones: the likelier a class is mistaken, the likelier the negative is of it."""
    temperature: float

    def __post_init__(self) -> None:
        super().__post_init__()
        sketches, photos = self.supply.sketches, self.supply.photos
        _ = self.order
        if lonely := [self.classes[label] for label in sketches.of_class if label not in photos.of_class]:
            raise ValueError(f"a triplet has a photo of the sketch's class, and there is none of {listing(lonely)}")
        if len(photos.of_class) < 2:
            raise ValueError(f"a negative is of another class, and all photos are of {listing(set(photos.names))}")
        if self.temperature <= 0:
            raise ValueError(f"a temperature is above 0; got {self.temperature}")
        size = len(self.classes)
        if self.similarity is not None and self.similarity.shape != (size, size):
            raise ValueError(
                f"similarity is over the seen classes, ({size}, {size}); got {tuple(self.similarity.shape)}"
            )
        if unknown := [self.classes[label] for label in sketches.of_class if self.odds[label].isnan().any()]:
            raise ValueError(f"similarity has no number for some pairs of classes, as of {listing(unknown)}")

    @cached_property
    def order(self) -> Epochs | Rounds:
        return self.ordered(self.supply.sketches, self.batch)

    @property
    def steps_an_epoch(self) -> int:
        return -(-len(self.supply.sketches) // self.batch)

    @cached_property
    def odds(self) -> Tensor:
        """(C, C): how often a sketch of the row's class has a negative of the column's,

        p(c' | c)  proportional to  exp(similarity(c, c') / temperature),   c' != c, c' trained on
        """
        size = len(self.classes)
        scores = torch.zeros(size, size) if self.similarity is None else self.similarity.detach().cpu()
        scores = scores.double() / self.temperature
        absent = torch.tensor([label not in self.supply.photos.of_class for label in range(size)])
        return scores.masked_fill(absent[None] | torch.eye(size, dtype=torch.bool), -torch.inf).softmax(dim=1)

    @cached_property
    def reached(self) -> Floats:
        """(C, C): the odds summed from class to class, up to 1; a chance falls on the first class that goes beyond."""
        sums = self.odds.cumsum(dim=1)
        reached: Floats = (sums / sums[:, -1:]).numpy()
        return reached

    def chosen(self, step: int) -> tuple[Ints, Ints, Ints]:
        """The step's sketches, photos and negatives, by their places in the supply."""
        sketches = self.order.at(self.positions(step, self.batch))
        labels = self.supply.sketches.labels.numpy()[sketches]
        other, photo, negative = self.chances(step, self.batch, 3, "triplet").T
        others = (self.reached[labels] <= other[:, None]).sum(axis=1)
        return sketches, self.photos_of(labels, photo), self.photos_of(others, negative)

    def photos_of(self, labels: Ints, chances: Floats) -> Ints:
        """Of each label's photos the one that its chance, from 0 up to 1, falls on."""
        of_class = self.supply.photos.of_class
        pools = [of_class[label] for label in labels.tolist()]
        return np.array([pool[int(chance * len(pool))] for pool, chance in zip(pools, chances, strict=True)])

    def make(self, step: int) -> Triplets:
        sketches, photos, negatives = self.chosen(step)
        labels = self.supply.photos.labels
        return Triplets(
            self.guises(self.supply.sketches, sketches, step),
            self.guises(self.supply.photos, photos, step),
            self.guises(self.supply.photos, negatives, step, "negative"),
            labels[photos],
            labels[negatives],
        )

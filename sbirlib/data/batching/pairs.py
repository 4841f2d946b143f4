"""Pairs: a sketch and the very photo it was drawn from, mirrored together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sbirlib.data.batching.batch import Pairs
from sbirlib.data.batching.drawn import DrawnBatches, worded
from sbirlib.data.batching.order import Epochs, Rounds
from sbirlib.data.pictures import Ints


@dataclass(frozen=True, eq=False)
class PairedBatches(DrawnBatches[Pairs]):
    verbose: float
    captions: str
    together: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.together < 1 or self.batch % self.together:
            raise ValueError(f"a batch of {self.batch} pairs is no multiple of {self.together} pairs of a class")
        worded(self.captions, self.verbose)
        _ = self.order

    @cached_property
    def photo_of(self) -> Ints:
        """(sketches,) the place of the photo that each sketch was drawn from; -1 where it is not there."""
        drawn, shown = self.supply.sketches.items.instances, self.supply.photos.items.instances
        if drawn is None or shown is None:
            raise ValueError(f"{self.supply.source} does not tell which photo a sketch was drawn from: no pairs")
        place = {instance: row for row, instance in enumerate(shown.tolist()) if instance >= 0}
        return np.array([place.get(instance, -1) for instance in drawn.tolist()], dtype=np.int64)

    @cached_property
    def order(self) -> Epochs | Rounds:
        return self.ordered(self.supply.sketches, self.batch, np.flatnonzero(self.photo_of >= 0), self.together)

    @property
    def steps_an_epoch(self) -> int:
        return -(-int((self.photo_of >= 0).sum()) // self.batch)

    def chosen(self, step: int) -> tuple[Ints, Ints]:
        """The step's sketches and their photos, by their places in the supply."""
        sketches = self.order.at(self.positions(step, self.batch))
        return sketches, self.photo_of[sketches]

    def make(self, step: int) -> Pairs:
        sketches, photos = self.chosen(step)
        together = self.chances(step, self.batch, 1, "flip")
        instances = self.supply.photos.items.instances
        assert instances is not None
        return Pairs(
            self.guises(self.supply.sketches, sketches, step, flip=together),
            self.guises(self.supply.photos, photos, step, flip=together),
            self.supply.photos.labels[photos],
            instances[photos],
            self.texts(self.supply.sketches, sketches, step, self.captions, self.verbose),
            self.texts(self.supply.photos, photos, step, self.captions, self.verbose),
        )

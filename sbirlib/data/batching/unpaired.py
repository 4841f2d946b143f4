"""Captioned and unlabelled batches: sketches and photos come each in an order of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from sbirlib.data.batching.batch import PHOTO, SKETCH, Captioned, Unlabelled
from sbirlib.data.batching.drawn import B, DrawnBatches, worded
from sbirlib.data.batching.order import Epochs, Rounds, rng
from sbirlib.data.pictures import Ints


@dataclass(frozen=True, eq=False)
class UnpairedBatches(DrawnBatches[B]):
    """Sketches and photos, each in an order of its own: what a sketch was drawn from plays no part."""

    mix: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.mix <= 1:
            raise ValueError(f"the mix is the share of sketches in a batch, from 0 to 1; got {self.mix}")
        _ = self.orders  # what is missing is said at once

    @property
    def counts(self) -> tuple[int, int]:
        """Sketches and photos in a batch."""
        sketches = round(self.mix * self.batch)
        return sketches, self.batch - sketches

    @cached_property
    def orders(self) -> tuple[Epochs | Rounds | None, ...]:
        pools = zip((self.supply.sketches, self.supply.photos), self.counts, strict=True)
        return tuple(self.ordered(images, count) if count else None for images, count in pools)

    @property
    def steps_an_epoch(self) -> int:
        pools = zip((self.supply.sketches, self.supply.photos), self.counts, strict=True)
        return max(-(-len(images) // count) for images, count in pools if count)

    def chosen(self, step: int) -> tuple[Ints, Ints]:
        """The step's sketches and photos, by their places in the supply."""
        sketches, photos = (
            order.at(self.positions(step, count)) if order else np.empty(0, dtype=np.int64)
            for order, count in zip(self.orders, self.counts, strict=True)
        )
        return sketches, photos


@dataclass(frozen=True, eq=False)
class CaptionedBatches(UnpairedBatches[Captioned]):
    verbose: float
    """How often the caption is the long one."""
    captions: str

    def __post_init__(self) -> None:
        super().__post_init__()
        worded(self.captions, self.verbose)

    def make(self, step: int) -> Captioned:
        pools = (self.supply.sketches, self.supply.photos)
        images, labels, texts = [], [], []
        for pool, chosen in zip(pools, self.chosen(step), strict=True):
            images.append(self.guises(pool, chosen, step))
            labels.append(pool.labels[chosen])
            texts += self.texts(pool, chosen, step, self.captions, self.verbose)
        modality = torch.tensor([SKETCH, PHOTO]).repeat_interleave(torch.tensor(self.counts))
        order = rng(self.seed, "mixed", step).permutation(self.batch)  # so that a part of a batch has both
        mixed = torch.from_numpy(order)
        return Captioned(
            torch.cat(images)[mixed], modality[mixed], torch.cat(labels)[mixed], [texts[place] for place in order]
        )


@dataclass(frozen=True, eq=False)
class UnlabelledBatches(UnpairedBatches[Unlabelled]):
    views: int
    """2 for the same images in two guises."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.views not in (1, 2):
            raise ValueError(f"unlabelled images come in 1 view or in 2; got {self.views}")

    def make(self, step: int) -> Unlabelled:
        pools = list(zip((self.supply.sketches, self.supply.photos), self.chosen(step), strict=True))
        views = [self.guises(pool, chosen, step) for pool, chosen in pools]
        if self.views == 2:
            views += [self.guises(pool, chosen, step, "again") for pool, chosen in pools]
        return Unlabelled(*views)

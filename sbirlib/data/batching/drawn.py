"""What all kinds of batches share: they are cut from one stream.

What stands at a position of a run, the item, its guise, its caption, the photos beside it, comes from the seed and the
position alone. A batch of size b at step i takes the positions from i * b on, and so it is the same

- with any number of workers, and for a run that was resumed at step i,
- whoever else learns: what n processes see in a step each, of size b, is one batch of size n * b, bit for bit.

In a mixed batch sketches and photos have a stream each, and only the order in which they are mixed is the batch's own;
there, the n small batches are the large one if the share of sketches comes out even in both.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from sbirlib.data.augment import NUMBERS, augment_photos, augment_sketches, checked
from sbirlib.data.batching.batch import Batch, Nothing
from sbirlib.data.batching.order import Epochs, Floats, Rounds, chances, generator, number
from sbirlib.data.batching.supply import Supply
from sbirlib.data.benchmark import listing
from sbirlib.data.imageset import ImageSet, phrase
from sbirlib.data.pictures import Ints
from sbirlib.runs.seeds import seed_worker

B = TypeVar("B", bound=Batch)


@dataclass(frozen=True, eq=False)
class Batches(Dataset[B], Generic[B]):
    """`batches[step]` is a batch; `loader` gives them one after another."""

    batch: int
    """How many sketches and photos, triplets or pairs."""
    seed: int

    def __post_init__(self) -> None:
        if self.batch < 1:
            raise ValueError(f"a batch has at least one item; got {self.batch}")

    @property
    def steps_an_epoch(self) -> int:
        """After so many steps, as many sketches and as many photos have been shown as there are to learn from."""
        return 1

    def make(self, step: int) -> B:
        raise NotImplementedError

    def shows(self, step: int) -> str:
        raise NotImplementedError

    def __getitem__(self, step: int) -> B:
        return self.make(counted(step))

    def names(self, step: int) -> str:
        """What a step shows, in one line for a message: nothing is drawn for it.

        >>> NothingBatches(batch=8, seed=0).names(12)
        'step 12 of seed 0: 8 to make up, from seed 4226487964858751622'
        """
        return f"step {step} of seed {self.seed}: {self.shows(counted(step))}"

    def loader(
        self, start: int = 0, stop: int | None = None, *, stride: int = 1, workers: int = 0, pin: bool = False
    ) -> DataLoader[B]:
        """The batches of steps `start`, `start + stride`, ... below `stop` (without one: for ever).

        Of several processes, number r of n takes `start=r, stride=n`: in each step, all together show what one
        process would in a batch n times as large. (Batches of kind `none` have a seed a step, and no such promise.)
        """
        steps: Iterable[int] = itertools.count(start, stride) if stop is None else range(start, stop, stride)
        return DataLoader(
            self,
            batch_size=None,
            sampler=steps,
            num_workers=workers,
            pin_memory=pin,
            worker_init_fn=seed_worker,
            generator=generator(self.seed, "workers"),  # else the loader moves torch's global numbers on
        )


@dataclass(frozen=True, eq=False)
class NothingBatches(Batches[Nothing]):
    def shows(self, step: int) -> str:
        made = self.make(step)
        return f"{made.count} to make up, from seed {made.seed}"

    def make(self, step: int) -> Nothing:
        return Nothing(self.batch, number(self.seed, "nothing", step))


@dataclass(frozen=True, eq=False)
class DrawnBatches(Batches[B]):
    """Batches of sketches and photos."""

    supply: Supply
    size: int
    augment: float
    balanced: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        checked(self.augment)

    def chosen(self, step: int) -> tuple[Ints, ...]:
        """What the step shows, by place in `supply.sketches` and in `supply.photos`: nothing is drawn for it."""
        raise NotImplementedError

    @property
    def classes(self) -> tuple[str, ...]:
        """Names by label."""
        return self.supply.classes

    def ordered(self, images: ImageSet, count: int, among: Ints | None = None, together: int = 1) -> Epochs | Rounds:
        """All of `images`, or those `among` them, in the order of this run; `count` of them in a batch, of a class
        `together` in a row."""
        items = np.arange(len(images)) if among is None else among
        if count > len(items):
            found = f"{self.supply.source} has {len(items)} to learn from"
            raise ValueError(f"a batch takes {count} {images.modality} images, and {found}")
        if not self.balanced and together == 1:
            return Epochs(items, self.seed, images.modality)
        labels = images.labels.numpy()[items]
        of_class = {int(label): items[labels == label] for label in np.unique(labels)}
        return Rounds(of_class, self.seed, images.modality, together)

    def positions(self, step: int, count: int) -> Ints:
        """Where the step's `count` items stand in the run."""
        return np.arange(step * count, (step + 1) * count)

    def chances(self, step: int, count: int, each: int, *purpose: str) -> Floats:
        """(count, each) numbers from 0 up to 1: those of the step's positions, for this purpose."""
        return chances(self.seed, *purpose, start=step * count, count=count, each=each)

    def guises(self, images: ImageSet, chosen: Ints, step: int, role: str = "", flip: Floats | None = None) -> Tensor:
        """The step's images in the guises of their positions; `role` tells apart what else comes of one modality, and
        `flip`, (n, 1), are the numbers that decide who is mirrored, where they are shared."""
        if not len(chosen) or not images.pictures.varied:
            return images.pixels(chosen, self.size)
        vary = augment_sketches if images.modality == "sketch" else augment_photos
        numbers = self.chances(step, len(chosen), NUMBERS, "guise", images.modality, role)
        if flip is not None:
            numbers[:, :1] = flip
        return vary(images.pixels(chosen, self.size), torch.from_numpy(numbers).float(), self.augment)

    def texts(self, images: ImageSet, chosen: Ints, step: int, captions: str, verbose: float) -> list[str]:
        """The chosen images' captions: written ones, the long one `verbose` of the time, or "a photo of a" class."""
        if captions == "class":
            return [phrase("photo", images.classes[label]) for label in images.labels[chosen].tolist()]
        long = self.chances(step, len(chosen), 1, "caption", images.modality)[:, 0] < verbose
        return [images.caption(int(row), bool(much)) for row, much in zip(chosen, long, strict=True)]

    def shows(self, step: int) -> str:
        photos = self.supply.photos
        sides = ("sketches", self.supply.sketches), ("photos", photos), ("negatives", photos)
        parts = [(side, images, rows) for (side, images), rows in zip(sides, self.chosen(step), strict=False)]
        return "; ".join(
            f"{side} {listing((images.keys[row] for row in rows), 2)}" for side, images, rows in parts if len(rows)
        )


CAPTIONS = ("written", "class")


def worded(captions: str, verbose: float) -> None:
    """Refuse what `texts` can't do."""
    if captions not in CAPTIONS:
        raise ValueError(f"captions are {' or '.join(CAPTIONS)}; got {captions!r}")
    if not 0 <= verbose <= 1:
        raise ValueError(f"verbose is how often the long caption is taken, from 0 to 1; got {verbose}")


def counted(step: int) -> int:
    if step < 0:
        raise IndexError(f"steps are counted from 0, and there is no last one; got {step}")
    return step

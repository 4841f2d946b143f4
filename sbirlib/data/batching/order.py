"""Who comes when and by what chances, from the seed alone: the position in a run says which item stands there and
which numbers it has, whatever came before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from sbirlib.data.pictures import Ints

Floats = NDArray[np.float64]


def number(seed: int, *purpose: str | int) -> int:
    """A number below 2**63 for this seed and purpose; another purpose has one that tells nothing of it.

    >>> number(0, "photo", 3) == number(0, "photo", 3) != number(0, "sketch", 3)
    True
    """
    return int.from_bytes(hashlib.sha256(repr((seed, *purpose)).encode()).digest()[:8]) >> 1


def rng(seed: int, *purpose: str | int) -> np.random.Generator:
    return np.random.default_rng(number(seed, *purpose))


def generator(seed: int, *purpose: str | int) -> torch.Generator:
    return torch.Generator().manual_seed(number(seed, *purpose))


def chances(seed: int, *purpose: str | int, start: int, count: int, each: int) -> Floats:
    """(count, each) numbers from 0 up to 1, `each` for a position, of the positions from `start` on.

    A seed and purpose have one endless table of them, and these are some of its rows: cut as one likes, it stays the
    same table. PCG64 jumps to any row at once.

    >>> table = chances(0, "photo", start=0, count=6, each=2)
    >>> np.array_equal(chances(0, "photo", start=4, count=2, each=2), table[4:])
    True
    """
    bits = np.random.PCG64(number(seed, *purpose))
    bits.advance(start * each)
    return np.random.Generator(bits).random((count, each))


@lru_cache(maxsize=8)  # a few epochs at a time are under way: those of two modalities, and the next ones
def permutation(seed: int, name: str, epoch: int, count: int) -> Ints:
    order = rng(seed, name, epoch).permutation(count)
    order.flags.writeable = False
    return order


@dataclass(frozen=True, eq=False)
class Epochs:
    """Items epoch after epoch, each epoch in an order of its own: in every one, each item is met once.

    A batch at the seam takes the end of one epoch and the beginning of the next: nothing is dropped.

    >>> Epochs(np.array([5, 6, 7]), seed=0, name="photo").at(np.arange(6)).tolist()
    [7, 5, 6, 5, 7, 6]
    """

    items: Ints
    seed: int
    name: str

    def at(self, positions: Ints) -> Ints:
        epochs, places = np.divmod(positions, len(self.items))
        found = np.empty(len(positions), dtype=np.int64)
        for epoch in np.unique(epochs).tolist():
            now = epochs == epoch
            found[now] = self.items[permutation(self.seed, self.name, epoch, len(self.items))[places[now]]]
        return found


@dataclass(frozen=True, eq=False)
class Rounds:
    """Classes round after round: in every round, each class is met once, by the next of its own items, or by the next
    few of them, side by side.

    >>> big, small = np.array([1, 2, 3]), np.array([9])
    >>> Rounds({0: big, 1: small}, seed=0, name="photo").at(np.arange(6)).tolist()
    [3, 9, 1, 9, 9, 2]
    >>> Rounds({0: big, 1: small}, seed=0, name="photo", together=2).at(np.arange(6)).tolist()
    [3, 1, 9, 9, 2, 3]
    """

    of_class: dict[int, Ints]
    seed: int
    name: str
    together: int = 1

    def at(self, positions: Ints) -> Ints:
        turns, places = np.divmod(positions, self.together)
        classes = Epochs(np.array(sorted(self.of_class)), self.seed, f"{self.name} classes").at(turns)
        rounds = turns // len(self.of_class) * self.together + places
        found = np.empty(len(positions), dtype=np.int64)
        for label in np.unique(classes).tolist():
            mine = classes == label
            found[mine] = Epochs(self.of_class[label], self.seed, f"{self.name} class {label}").at(rounds[mine])
        return found

"""What holds a gallery's vectors and finds the nearest: an engine. `Gallery` speaks to any of them in these words.

An engine knows nothing of models and pictures. Its rows are numbered in the order in which they were added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from torch import Tensor

State = dict[str, list[Tensor]]
"""What an engine would have saved, by name; each tensor in parts along its first dimension, so that none is copied."""


@dataclass(frozen=True)
class Card:
    """Whose vectors these are. Vectors of two cards are never compared."""

    model: str
    """A name, for people."""
    digest: str
    """What decides: `sbirlib.embedding.fingerprint` of the model, or a name of your own for vectors made elsewhere."""
    dim: int


class Item(NamedTuple):
    """What comes back for a row, beside its score."""

    key: str
    metadata: dict[str, Any]


@runtime_checkable
class Engine(Protocol):
    """Holds unit vectors with their items."""

    @property
    def card(self) -> Card | None:
        """What it holds; None before `start`."""
        ...

    def start(self, card: Card) -> None:
        """Called once, before the first vectors."""
        ...

    def __len__(self) -> int: ...

    def add(self, vectors: Tensor, items: Sequence[Item]) -> None:
        """Unit vectors (n, d), float32 and on the CPU, with an item each."""
        ...

    def search(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        """The k rows nearest to each of the unit vectors (q, d): scores and rows, (q, k) both, nearest first.

        k is at most `len(self)`. An approximate engine that finds fewer fills up with row -1.
        """
        ...

    def items(self, rows: Sequence[int]) -> list[Item]: ...

    def state(self) -> State:
        """What a file keeps beside the items."""
        ...

    def everything(self) -> Iterable[Item]:
        """All items in the order of rows, for a file."""
        ...

    def restore(self, state: Mapping[str, Tensor], items: list[Item]) -> None:
        """Take what a file kept; called on an empty engine, after `start`."""
        ...


class Listed:
    """The part that engines in this process share: items in a list."""

    def __init__(self) -> None:
        self.card: Card | None = None
        self.held: list[Item] = []

    def __len__(self) -> int:
        return len(self.held)

    def start(self, card: Card) -> None:
        self.card = card

    def items(self, rows: Sequence[int]) -> list[Item]:
        return [self.held[row] for row in rows]

    def everything(self) -> Iterable[Item]:
        return self.held


def saved_vectors(state: Mapping[str, Tensor]) -> Tensor:
    """The vectors of a file, or why there are none."""
    if "vectors" not in state:
        raise ValueError("this file holds binary codes and no vectors: only search.Codes() can take it")
    return state["vectors"]

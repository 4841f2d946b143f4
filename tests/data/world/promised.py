"""What the tests of the families' programs share."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure, Memory
from sbirlib.data.world.kinds import kinds


def built(name: str, seed: int = 0, memory: Memory | None = None) -> Figure:
    """The figure of a class, from genes of its own."""
    return kinds()[name].figure(Figure(Random(seed), memory))


def names(name: str, seed: int = 0) -> list[str]:
    """Its parts' names."""
    return names_of(built(name, seed))


def names_of(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def keeps(name: str, always: str, never: str) -> None:
    """Every one of the class has these parts, and none has those."""
    for seed in range(30):
        found = set(names(name, seed))
        assert set(always.split()) <= found, set(always.split()) - found
        assert not set(never.split()) & found, set(never.split()) & found

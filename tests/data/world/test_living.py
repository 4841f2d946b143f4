"""What holds for every animal and plant: the same thing in memory, a sane size, colours that do not give it away."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sbirlib.data.world import animals, birds, fruits, insects, plants, sea, small
from sbirlib.data.world.figure import Figure, Memory
from sbirlib.data.world.kinds import Kind, kinds
from sbirlib.data.world.programs import PROGRAMS

MODULES = {module.__name__ for module in (animals, birds, fruits, insects, plants, sea, small)}
CLASSES = [kind for kind in kinds().values() if PROGRAMS[kind.family].__module__ in MODULES]
each_class = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.name)


def drawn(kind: Kind, seed: int, memory: Memory | None = None) -> Figure:
    return kind.figure(Figure(Random(seed), memory))


@each_class
def test_what_is_remembered_is_the_same_thing(kind: Kind) -> None:
    for seed in range(30):
        seen, recalled = drawn(kind, seed), drawn(kind, seed, Memory(Random(f"memory {seed}"), 0.6, 0.13))
        assert [part.name for part in seen.parts] == [part.name for part in recalled.parts]
        assert [part.slot for part in seen.parts] == [part.slot for part in recalled.parts]
        assert seen.traits == recalled.traits
        assert seen.genes.random() == recalled.genes.random(), "as many genes were drawn"


@each_class
def test_it_is_of_a_sane_size(kind: Kind) -> None:
    for seed in range(30):
        for one in (drawn(kind, seed), drawn(kind, seed, Memory(Random(f"memory {seed}"), 0.6, 0.13))):
            assert len(one.parts) <= 40
            points = np.array([point for part in one.parts for point in part.points])
            assert np.isfinite(points).all()
            width, height = np.ptp(points, axis=0)
            assert 0.5 < max(width, height) < 3.5
            assert min(width, height) > 0.2


@each_class
def test_colours_do_not_give_it_away(kind: Kind) -> None:
    """A good part of it is in the main colour, which is any."""
    for seed in range(10):
        one = drawn(kind, seed)
        main = np.array([point for part in one.parts if part.slot == "main" for point in part.points])
        whole = np.array([point for part in one.parts for point in part.points])
        assert np.ptp(main, axis=0).max() > 0.3 * np.ptp(whole, axis=0).max()

"""Tools' heads: each reaches as far up as it is told, and is as broad."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.heads import HEADS


def reach(name: str, length: float, breadth: float) -> tuple[float, float]:
    f = Figure(Random(1))
    HEADS[name](f, length, breadth, 0.1, "main")
    points = np.array([point for part in f.parts for point in part.points])
    return -float(points[:, 1].min()), float(np.ptp(points[:, 0]))


@pytest.mark.parametrize("name", HEADS)
def test_a_head_follows_its_settings(name: str) -> None:
    short, narrow = reach(name, 0.5, 0.4)
    long, broad = reach(name, 1.0, 0.8)
    assert long > short or broad > narrow
    assert long >= short - 1e-6


@pytest.mark.parametrize("name", sorted(set(HEADS) - {"shaft", "brush"}))  # always of metal, always of bristles
def test_a_head_takes_the_colour_it_is_given(name: str) -> None:
    f = Figure(Random(1))
    HEADS[name](f, 0.8, 0.5, 0.1, "accent")
    assert "accent" in {part.slot for part in f.parts}

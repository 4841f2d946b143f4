"""Scissors and keys: two of what comes in two, and one look through a ring."""

from __future__ import annotations

from random import Random

import numpy as np

from sbirlib.data.raster import inside, outline
from sbirlib.data.world.figure import Figure
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.rings import ring


def test_scissors_have_two_blades_and_two_rings() -> None:
    for index in range(5):
        parts = [part.name for part in Instance("scissors", index).figure.parts]
        assert parts.count("blade") == parts.count("ring") == 2
        assert parts.count("screw") == 1


def test_a_key_has_a_bow_and_a_bit() -> None:
    for index in range(10):
        parts = {part.name for part in Instance("key", index).figure.parts}
        assert {"bow", "shaft"} <= parts
        assert ("bit" in parts) != ("shoulder" in parts)  # an old key, or a flat one


def test_one_sees_through_a_ring() -> None:
    f = Figure(Random(0))
    ring(f, "ring", (0.0, 0.0), (1.0, 1.0), 0.2, -90)
    line = outline(np.array(f.parts[0].points), f.parts[0].shape)
    assert not inside(line, 0.0, 0.0)
    assert not inside(line, 1.3, 0.0)
    for angle in np.radians([0, 45, 90, 180, 250]):
        assert inside(line, float(np.cos(angle)), float(np.sin(angle)))

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sbirlib.data.world.painting import BEFORE, BEHIND
from sbirlib.data.world.scenes import SCENES, any_colour, blend, scaled, surroundings


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_fills_the_picture(name: str) -> None:
    for seed in range(5):
        scene = surroundings(name, Random(seed), 0.8, clutter=1.0)
        corners = [s.points for s in scene.shapes if s.layer == BEHIND and len(s.points) == 4]
        assert min(min(y for _, y in points) for points in corners) <= 0.02
        assert max(max(y for _, y in points) for points in corners) >= 0.98
        assert all(0 <= channel <= 1.05 for s in scene.shapes for channel in (*s.colour, *s.other)), name
        assert all(np.isfinite(s.points).all() for s in scene.shapes)


def test_clutter_is_a_dial() -> None:
    def things(clutter: float) -> float:
        return float(np.mean([len(surroundings("meadow", Random(k), 0.8, clutter).shapes) for k in range(40)]))

    assert things(0.0) < things(1.0) < things(3.0)
    assert not [s for k in range(20) for s in surroundings("room", Random(k), 0.8, 0.0).shapes if s.layer == BEFORE]


def test_the_thing_stands_below_the_horizon_wherever_its_ground_is() -> None:
    for name in ("meadow", "room", "table", "sea"):
        for ground in (0.5, 0.7, 0.97):
            assert all(surroundings(name, Random(seed), ground, 1.0).horizon < ground for seed in range(20))


def test_colours_stay_colours() -> None:
    assert scaled((0.5, 0.9, 0.1), 2.0) == (1.0, 1.0, 0.2)
    assert blend((0, 0, 0), (1, 0.5, 0), 0.5) == (0.5, 0.25, 0)
    r = Random(0)
    assert all(0.15 <= channel <= 0.9 for _ in range(50) for channel in any_colour(r))

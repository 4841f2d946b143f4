from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sbirlib.data.world.figure import Figure, Placed, place
from sbirlib.data.world.instance import Dials, Instance
from sbirlib.data.world.sketch import by_hand, draw, in_sight, lengths, simpler


def boxes(join: str) -> Placed:
    """A box, and another one over its right half."""
    f = Figure(Random(0))
    f.box("back", 0, 0, 2, 1, join=join)
    f.box("front", 1, 0.25, 3, 0.75, join=join)
    return place(f, extent=0.9, x=0.5)


def sight(placed: Placed, joins: list[int], kept: tuple[bool, bool] = (True, True)) -> tuple[float, float]:
    shapes = np.array([part.shape for part in placed.parts])
    points, runs, owners = in_sight(placed.points, placed.starts, shapes, np.array(joins), np.array(kept), 0.002)
    long = lengths(points, runs)
    return float(long[owners == 0].sum() / placed.unit), float(long[owners == 1].sum() / placed.unit)


def test_what_lies_behind_is_not_drawn() -> None:
    back, front = sight(boxes(""), [0, 0])
    assert back == pytest.approx(6 - 0.5, abs=0.05)  # its right side's middle is hidden
    assert front == pytest.approx(5, abs=0.05)


def test_no_line_runs_inside_what_has_grown_together() -> None:
    back, front = sight(boxes("body"), [1, 1])
    assert back == pytest.approx(6 - 0.5, abs=0.05)
    assert front == pytest.approx(5 - 2 - 0.5, abs=0.05)  # the front one's part within the back one


def test_what_is_left_out_hides_nothing() -> None:
    back, front = sight(boxes(""), [0, 0], kept=(True, False))
    assert (back, front) == (pytest.approx(6, abs=0.05), 0)


def test_a_hand_without_wobble_draws_the_line_itself() -> None:
    way = np.stack([np.linspace(0, 1, 50), np.zeros(50)], 1)
    starts = np.array([0, 50])
    assert np.allclose(by_hand(way, starts, 0.0, 0.0, 1), way)
    near, far = (np.abs(by_hand(way, starts, much, 0.0, 1) - way).mean() for much in (0.002, 0.02))
    assert 0 < near < far < 0.05
    assert not np.array_equal(by_hand(way, starts, 0.01, 0.01, 1), by_hand(way, starts, 0.01, 0.01, 2))


def test_abstraction_leaves_out_and_moves_away() -> None:
    instances = [Instance(name, index) for name in ("giraffe", "horse", "cat") for index in range(12)]
    ink = {
        level: np.mean([lengths_of(i.strokes(0, Dials(abstraction=level)).ways) for i in instances])
        for level in (0.0, 0.5, 1.0)
    }
    assert ink[0.0] > ink[0.5] > ink[1.0]
    parts = {
        level: np.mean([len(set(i.strokes(0, Dials(abstraction=level)).parts)) for i in instances])
        for level in (0.0, 1.0)
    }
    assert parts[0.0] > parts[1.0] + 2


def lengths_of(ways: list[np.ndarray]) -> float:
    return float(lengths(np.concatenate(ways), np.cumsum([0, *map(len, ways)])).sum())


def test_every_stroke_says_its_part() -> None:
    instance = Instance("giraffe", 3)
    strokes = instance.strokes(0, Dials(abstraction=0.0))
    assert len(strokes.ways) == len(strokes.parts)
    assert set(strokes.parts) - {"pattern"} <= {part.name for part in instance.figure.parts}
    assert "neck" in strokes.parts


def test_the_same_hand_draws_the_same() -> None:
    placed = boxes("")
    one, two = (draw(placed, level=0.5, pen="pencil", pattern="striped", random=Random(4)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.ways, two.ways, strict=True))


def test_a_simpler_way_keeps_its_ends_and_loses_its_bumps() -> None:
    way = np.stack([np.linspace(0, 1, 41), 0.1 * (np.arange(41) % 2)], 1)
    smooth = simpler(way, np.array([0, 41]), 4)
    assert np.array_equal(smooth[[0, -1]], way[[0, -1]])
    assert np.abs(np.diff(smooth[5:-5, 1])).max() < 0.02
    assert np.array_equal(simpler(way, np.array([0, 41]), 0), way)

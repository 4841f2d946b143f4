"""Shared shapes: what is measured on them by hand."""

from random import Random

import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.shapes import arch, battlements, door, mirrored, ring, wheel, window


def drawn() -> Figure:
    return Figure(Random(0))


def test_a_ring_stays_at_its_radius_and_overlaps_its_start() -> None:
    way = ring(1.0, 2.0, 0.5, points=8)
    assert all((x - 1) ** 2 + (y - 2) ** 2 == pytest.approx(0.25) for x, y in way)
    assert way[8:] == [pytest.approx(way[0]), pytest.approx(way[1])]


def test_an_outline_is_mirrored_about_its_axis_and_has_no_point_twice() -> None:
    assert mirrored([(0, 0), (1, -1), (2, -2)], x=2) == [(0, 0), (1, -1), (2, -2), (3, -1), (4, 0)]


def test_an_arch_is_as_wide_and_high_as_asked() -> None:
    xs, ys = zip(*arch(-1, -4, 1, 0), strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((-1, 1, -4, 0))


def test_battlements_have_the_teeth_asked_for() -> None:
    f = drawn()
    battlements(f, "wall", 0, 0, 5, 2, 3)
    highest = min(y for _, y in f.parts[0].points)
    assert sum(y == highest for _, y in f.parts[0].points) == 2 * 3


def test_wheels_windows_and_doors_bear_the_names_that_captions_use() -> None:
    f = drawn()
    wheel(f, 0, 0, 1, spokes=3)
    window(f, 0, 0, 1, 1, "cross")
    door(f, 0, 0, 1, 2, "double")
    names = [part.name for part in f.parts]
    assert names == ["wheel", "rim", *["spoke"] * 3, "window", "window bar", "window bar", "door", "door's middle"]

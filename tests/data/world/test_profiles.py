"""Turned profiles, by hand."""

from __future__ import annotations

import pytest

from sbirlib.data.world.profiles import radius, turned

BELLIED = [(0.0, 0.3), (0.5, 0.5), (1.0, 0.2)]


def test_a_profile_goes_through_its_knots_and_is_widest_at_its_belly() -> None:
    assert [radius(BELLIED, y) for y, _ in BELLIED] == pytest.approx([0.3, 0.5, 0.2])
    assert max(radius(BELLIED, k / 50) for k in range(51)) == pytest.approx(0.5)


def test_a_straight_profile_is_straight() -> None:
    assert radius([(0.0, 0.2), (1.0, 0.6)], 0.25) == pytest.approx(0.3)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.2, 0.5)])
def test_a_turned_outline_is_the_same_left_and_right(low: float, high: float) -> None:
    points = {(round(x, 9) + 0.0, round(y, 9)) for x, y in turned(BELLIED, 0.2, low, high)}
    assert points == {(-x + 0.0, y) for x, y in points}

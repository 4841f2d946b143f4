"""Vessels: profiles by hand, and the handles, spouts and lids that the settings promise."""

from __future__ import annotations

from random import Random

import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.fittings import EXTRAS
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.kinds import kinds
from sbirlib.data.world.profiles import radius, turned
from sbirlib.data.world.vessels import HANDLES, SPOUTS, TOPS, vessel

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


@pytest.mark.parametrize(
    ("name", "always", "never"),
    [
        ("cup", {"body", "handle", "rim"}, {"spout", "lid", "stem"}),
        ("teapot", {"body", "handle", "spout", "lid", "knob"}, {"stem", "label"}),
        ("bottle", {"body", "lip"}, {"handle", "spout", "lid"}),
        ("jug", {"body", "handle", "spout", "rim"}, {"lid"}),
        ("wine glass", {"body", "foot", "stem"}, {"handle", "spout"}),
        ("bucket", {"body", "handle", "rim"}, {"spout", "lid"}),
        ("basket", {"body", "handle", "rod"}, {"spout", "lid"}),
        ("vase", {"body", "rim"}, {"spout", "lid"}),
    ],
)
def test_parts_tell_vessels_apart(name: str, always: set[str], never: set[str]) -> None:
    for index in range(12):
        found = {part.name for part in Instance(name, index).figure.parts}
        assert always <= found
        assert not never & found


def test_a_vase_says_how_many_flowers_it_holds() -> None:
    words = {1: "one flower", 3: "three flowers", 5: "five flowers"}
    for index in range(20):
        figure = Instance("vase", index).figure
        count = [part.name for part in figure.parts].count("petals")
        assert (words[count] in figure.traits["has"]) if count else ("flower" not in figure.traits.get("has", ""))


def test_every_fitting_is_in_use() -> None:
    mine = [kind.settings for kind in kinds().values() if kind.family == "vessel"]
    assert {one.get("handle", "") for one in mine} | {""} == set(HANDLES)
    assert {one["spout"] for one in mine if "spout" in one} == set(SPOUTS)
    assert {one.get("top", "open") for one in mine} == set(TOPS)
    assert {one.get("extra", "") for one in mine} == set(EXTRAS)


def test_a_stem_lifts_the_body() -> None:
    low, high = Figure(Random(1)), Figure(Random(1))
    vessel(low)
    vessel(high, stem=0.5)
    bottoms = [max(y for part in f.parts if part.name == "body" for _, y in part.points) for f in (low, high)]
    assert bottoms[1] < bottoms[0] - 0.2

"""Vessels: the handles, spouts and lids that the settings promise."""

from __future__ import annotations

from random import Random

import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.fittings import EXTRAS
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.kinds import kinds
from sbirlib.data.world.vessels import HANDLES, SPOUTS, TOPS, vessel


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

"""Clothes: the sleeves, skirts, legs and soles that the settings promise."""

from __future__ import annotations

from random import Random

import pytest

from sbirlib.data.world.clothes import footwear, garment
from sbirlib.data.world.figure import Figure
from sbirlib.data.world.instance import Instance


@pytest.mark.parametrize(
    ("name", "always", "never"),
    [
        ("shirt", {"body", "sleeve", "neckline"}, {"skirt", "leg", "waistband"}),
        ("dress", {"body", "skirt", "neckline"}, {"leg", "waistband"}),
        ("trousers", {"leg", "waistband"}, {"body", "sleeve", "skirt"}),
        ("shoe", {"upper", "sole"}, {"cuff", "rib"}),
        ("sock", {"upper", "cuff", "rib"}, {"sole", "lace"}),
        ("hat", {"brim", "crown", "band"}, {"sole"}),
    ],
)
def test_parts_tell_clothes_apart(name: str, always: set[str], never: set[str]) -> None:
    for index in range(12):
        found = {part.name for part in Instance(name, index).figure.parts}
        assert always <= found
        assert not never & found


def test_garments_are_the_same_left_and_right() -> None:
    for index in range(5):
        f = Figure(Random(index))
        garment(f, bodice=1.0, sleeves=0.8)
        sleeves = [part.points for part in f.parts if part.name == "sleeve"]
        assert len(sleeves) == 2
        left, right = ({(round(x, 6), round(y, 6)) for x, y in points} for points in sleeves)
        assert left == {(-x, y) for x, y in right}


def test_what_is_said_of_a_shoe_is_there() -> None:
    for index in range(20):
        figure = Instance("shoe", index).figure
        found, said = {part.name for part in figure.parts}, figure.traits.get("has", "")
        assert ("lace" in found) == ("laces" in said)
        assert ("heel" in found) == ("heel" in said)


def test_a_foot_stands_on_the_ground() -> None:
    for index in range(5):
        f = Figure(Random(index))
        footwear(f, height=1.0)
        assert max(y for part in f.parts for _, y in part.points) == pytest.approx(0.0, abs=0.05)

"""Instruments: strings, valves and skins, and that the captions count them right."""

from __future__ import annotations

import pytest

from sbirlib.data.world.instance import Instance


@pytest.mark.parametrize(
    ("name", "always", "never"),
    [
        ("guitar", {"body", "neck", "string", "fret", "peg"}, {"bow", "f-hole", "scroll"}),
        ("violin", {"body", "neck", "string", "bow", "f-hole", "scroll"}, {"fret", "hole", "pickup"}),
        ("harp", {"pillar", "neck", "soundboard", "string"}, {"body", "peg"}),
        ("trumpet", {"tube", "bell", "mouthpiece", "valve"}, {"string"}),
        ("drum", {"body", "skin", "hoop"}, {"string", "valve"}),
    ],
)
def test_parts_tell_instruments_apart(name: str, always: set[str], never: set[str]) -> None:
    for index in range(12):
        found = {part.name for part in Instance(name, index).figure.parts}
        assert always <= found
        assert not never & found


def test_a_guitar_has_a_hole_or_is_electric() -> None:
    for index in range(20):
        figure = Instance("guitar", index).figure
        found = {part.name for part in figure.parts}
        assert ("hole" in found) != ("pickup" in found)
        assert ("pickup" in found) == ("an electric body" in figure.traits["has"])


def test_a_trumpet_says_how_many_valves_it_has() -> None:
    for index in range(10):
        figure = Instance("trumpet", index).figure
        count = [part.name for part in figure.parts].count("valve")
        assert figure.traits["has"] == {3: "three valves", 4: "four valves"}[count]

"""Household things: what makes each what it is, and that what is said of it is there."""

from __future__ import annotations

import pytest

from sbirlib.data.world.instance import Instance


@pytest.mark.parametrize(
    ("name", "always"),
    [
        ("eyeglasses", {"rim", "pane", "arm", "bridge"}),
        ("clock", {"rim", "face", "hour hand", "minute hand"}),
        ("ladder", {"rail", "rung"}),
        ("envelope", {"body"}),
        ("light bulb", {"globe", "screw", "wire"}),
    ],
)
def test_things_have_their_parts(name: str, always: set[str]) -> None:
    for index in range(12):
        assert always <= {part.name for part in Instance(name, index).figure.parts}


@pytest.mark.parametrize(
    ("name", "part", "said"),
    [
        ("clock", "bell", "two bells"),
        ("clock", "pendulum", "a pendulum"),
        ("ladder", "leg", "a second pair of legs"),
        ("envelope", "seal", "a seal"),
        ("envelope", "letter", "a letter"),
        ("envelope", "stamp", "a stamp"),
        ("light bulb", "ray", "rays of light"),
    ],
)
def test_what_is_said_is_there(name: str, part: str, said: str) -> None:
    figures = [Instance(name, index).figure for index in range(24)]
    shown = [part in {one.name for one in figure.parts} for figure in figures]
    assert shown == [said in figure.traits.get("has", "") for figure in figures]
    assert any(shown)
    assert not all(shown)


def test_a_ladder_counts_its_rungs() -> None:
    words = {4: "four", 5: "five", 6: "six", 7: "seven"}
    for index in range(10):
        figure = Instance("ladder", index).figure
        assert f"{words[[part.name for part in figure.parts].count('rung')]} rungs" in figure.traits["has"]

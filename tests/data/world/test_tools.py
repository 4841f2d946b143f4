"""Tools: the heads and grips that the settings promise, alike in a photo and in memory."""

from __future__ import annotations

import numpy as np
import pytest

from sbirlib.data.world.figure import Figure, Memory
from sbirlib.data.world.heads import HEADS
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.kinds import FILES, kinds, read
from sbirlib.data.world.tools import GRIPS

FILED = [kind.name for file in ("tools", "vessels", "things") for kind in read(FILES / f"{file}.txt")]


def figure(name: str, index: int, remembered: bool = False) -> Figure:
    one = Instance(name, index)
    return one.remembered(Memory(one.random("test")) if remembered else None)


def names(name: str, count: int = 12) -> list[set[str]]:
    return [{part.name for part in figure(name, index).parts} for index in range(count)]


@pytest.mark.parametrize("name", FILED)
def test_memory_keeps_the_parts_and_what_can_be_said(name: str) -> None:
    for index in range(10):
        seen, remembered = figure(name, index), figure(name, index, remembered=True)
        assert [part.name for part in seen.parts] == [part.name for part in remembered.parts]
        for part in remembered.parts:
            assert np.isfinite(part.points).all()
            assert abs(np.array(part.points)).max() < 5
        assert sum(part.slot in ("main", "far") for part in seen.parts) > 0
        assert seen.traits.get("has", "").count(" and ") <= 1
        assert len(seen.parts) <= 45


@pytest.mark.parametrize(
    ("name", "always", "never"),
    [
        ("hammer", {"handle", "head", "face"}, {"blade", "tine"}),
        ("axe", {"handle", "blade", "edge"}, {"face", "tine"}),
        ("fork", {"handle", "tine"}, {"bowl", "blade"}),
        ("spoon", {"handle", "bowl"}, {"tine", "blade"}),
        ("knife", {"handle", "blade", "rivet"}, {"guard", "tine"}),
        ("sword", {"handle", "blade", "guard", "pommel"}, {"rivet"}),
        ("saw", {"handle", "blade", "screw"}, {"guard", "rivet"}),
        ("umbrella", {"handle", "canopy", "rib"}, {"blade"}),
    ],
)
def test_parts_tell_tools_apart(name: str, always: set[str], never: set[str]) -> None:
    for found in names(name):
        assert always <= found
        assert not never & found


def test_every_head_and_grip_is_in_use() -> None:
    mine = [kind.settings for kind in kinds().values() if kind.family == "hafted"]
    assert {one.get("head", "hammer") for one in mine} == set(HEADS)
    assert {one.get("grip", "") for one in mine} == set(GRIPS)


def test_a_head_reaches_as_far_up_as_it_says() -> None:
    """A long blade sticks out of the handle's upper end, at 0, as far as its setting says, give or take the genes."""
    for index in range(10):
        blade = next(part for part in figure("sword", index).parts if part.name == "blade")
        top = -min(y for _, y in blade.points)
        assert 1.45 * 0.85 <= top <= 1.45 * 1.15


def test_what_is_of_one_piece_has_one_colour() -> None:
    for name in ("fork", "spoon"):
        assert {part.slot for part in figure(name, 0).parts} <= {"main", "dark"}

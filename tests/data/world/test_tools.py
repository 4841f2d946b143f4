"""Tools: the heads and grips that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.heads import HEADS
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.kinds import kinds
from sbirlib.data.world.tools import GRIPS


def figure(name: str, index: int) -> Figure:
    return Instance(name, index).figure


def names(name: str, count: int = 12) -> list[set[str]]:
    return [{part.name for part in figure(name, index).parts} for index in range(count)]


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

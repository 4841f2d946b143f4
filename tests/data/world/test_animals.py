"""Animals on four legs: parts."""

from __future__ import annotations

from sbirlib.data.world.kinds import kinds
from tests.data.world.promised import names


def test_parts_tell_animals_apart() -> None:
    assert "nose horn" in names("rhinoceros")
    assert "beard" in names("goat")
    assert "tail's tip" in names("fox")
    assert names("camel").count("hump") == 2
    assert {"trunk", "tusk"} <= set(names("elephant"))
    assert "udder" in names("cow")
    assert not {"udder", "hump", "trunk", "beard", "nose horn"} & set(names("dog"))


def test_four_legs() -> None:
    legs = {"far hind leg", "far fore leg", "hind leg", "fore leg"}
    for kind in kinds().values():
        if kind.family == "quadruped":
            assert legs <= set(names(kind.name))

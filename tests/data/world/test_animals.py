"""Animals on four legs: parts."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_parts_tell_animals_apart() -> None:
    assert "nose horn" in names(figure("rhinoceros"))
    assert "beard" in names(figure("goat"))
    assert "tail's tip" in names(figure("fox"))
    assert names(figure("camel")).count("hump") == 2
    assert {"trunk", "tusk"} <= set(names(figure("elephant")))
    assert "udder" in names(figure("cow"))
    assert not {"udder", "hump", "trunk", "beard", "nose horn"} & set(names(figure("dog")))


def test_a_head_that_looks_at_you_lies_on_the_mane() -> None:
    lion = names(figure("lion"))
    assert lion.index("mane") < lion.index("head") < lion.index("nose")
    assert names(figure("cat")).count("whisker") == 6
    assert names(figure("cat")).count("ear") == 2


def test_four_legs() -> None:
    legs = {"far hind leg", "far fore leg", "hind leg", "fore leg"}
    for kind in kinds().values():
        if kind.family == "quadruped":
            assert legs <= set(names(figure(kind.name)))

"""Fruit, roots and mushrooms: parts."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_tops_and_skins_tell_fruit_apart() -> None:
    assert "stem" in names(figure("apple"))
    assert {"lattice", "leaf"} <= set(names(figure("pineapple")))
    assert {"seed", "leaves"} <= set(names(figure("strawberry")))
    assert {"ring", "leaf"} <= set(names(figure("carrot")))
    assert not {"lattice", "seed"} & set(names(figure("pear")))


def test_what_a_caption_says_is_there() -> None:
    for seed in range(20):
        apple, mushroom = figure("apple", seed), figure("mushroom", seed)
        assert ("bite" in names(apple)) == ("a bite taken out" in apple.traits.get("has", ""))
        assert ("spot" in names(mushroom)) == ("spot" in mushroom.traits.get("has", ""))
        cherry = figure("cherry", seed)
        assert ("two" if names(cherry).count("cherry") == 2 else "three") + " cherries" in cherry.traits["has"]


def test_bunches() -> None:
    assert all(5 <= names(figure("grapes", seed)).count("grape") <= 14 for seed in range(20))
    assert {names(figure("banana", seed)).count("banana") for seed in range(20)} == {1, 2, 3}

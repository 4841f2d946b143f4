"""Plants: parts."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_crowns_tell_trees_apart() -> None:
    assert {"trunk", "crown"} <= set(names(figure("tree")))
    assert "trunk" not in names(figure("bush"))
    assert names(figure("fir tree")).count("tier") >= 3
    assert "frond" in names(figure("palm tree"))


def test_petals_are_counted_for_the_caption() -> None:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    for seed in range(10):
        flower = figure("flower", seed)
        assert flower.traits["has"] == f"{words[names(flower).count('petal')]} petals"
        assert names(figure("tulip", seed)).count("petal") == 3


def test_pots_and_arms() -> None:
    assert {"pot", "rim", "leaf"} <= set(names(figure("potted plant")))
    cacti = [figure("cactus", seed) for seed in range(20)]
    for cactus in cacti:
        assert 1 <= names(cactus).count("arm") <= 2
        assert ("pot" in names(cactus)) == ("a pot" in cactus.traits.get("has", ""))

"""Insects and spiders: parts."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_six_legs_or_eight() -> None:
    for name in ("bee", "ant", "dragonfly", "ladybird"):
        assert names(figure(name)).count("leg") == 6
    assert names(figure("spider")).count("leg") == 8


def test_wings_and_marks() -> None:
    assert names(figure("dragonfly")).count("wing") == 4
    assert names(figure("ladybird")).count("wing case") == 2
    assert "wing" not in names(figure("ant"))
    assert "sting" in names(figure("bee"))
    assert names(figure("butterfly")).count("wing") == 4


def test_what_a_caption_counts_is_there() -> None:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"]
    for seed in range(10):
        bee, ladybird = figure("bee", seed), figure("ladybird", seed)
        assert bee.traits["has"] == f"{words[names(bee).count('stripe')]} stripes"
        assert ladybird.traits["has"] == f"{words[names(ladybird).count('spot')]} spots"

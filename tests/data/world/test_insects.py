"""Insects and spiders: parts."""

from __future__ import annotations

from tests.data.world.promised import built, names, names_of


def test_six_legs_or_eight() -> None:
    for name in ("bee", "ant", "dragonfly", "ladybird"):
        assert names(name).count("leg") == 6
    assert names("spider").count("leg") == 8


def test_wings_and_marks() -> None:
    assert names("dragonfly").count("wing") == 4
    assert names("ladybird").count("wing case") == 2
    assert "wing" not in names("ant")
    assert "sting" in names("bee")
    assert names("butterfly").count("wing") == 4


def test_what_a_caption_counts_is_there() -> None:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"]
    for seed in range(10):
        bee, ladybird = built("bee", seed), built("ladybird", seed)
        assert bee.traits["has"] == f"{words[names_of(bee).count('stripe')]} stripes"
        assert ladybird.traits["has"] == f"{words[names_of(ladybird).count('spot')]} spots"

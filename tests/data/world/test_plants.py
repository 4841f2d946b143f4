"""Plants: parts."""

from __future__ import annotations

from tests.data.world.promised import built, names, names_of


def test_crowns_tell_trees_apart() -> None:
    assert {"trunk", "crown"} <= set(names("tree"))
    assert "trunk" not in names("bush")
    assert names("fir tree").count("tier") >= 3
    assert "frond" in names("palm tree")


def test_petals_are_counted_for_the_caption() -> None:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    for seed in range(10):
        flower = built("flower", seed)
        assert flower.traits["has"] == f"{words[names_of(flower).count('petal')]} petals"
        assert names("tulip", seed).count("petal") == 3


def test_pots_and_arms() -> None:
    assert {"pot", "rim", "leaf"} <= set(names("potted plant"))
    cacti = [built("cactus", seed) for seed in range(20)]
    for cactus in cacti:
        assert 1 <= names_of(cactus).count("arm") <= 2
        assert ("pot" in names_of(cactus)) == ("a pot" in cactus.traits.get("has", ""))

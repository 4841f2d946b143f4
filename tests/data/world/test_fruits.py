"""Fruit, roots and mushrooms: parts."""

from __future__ import annotations

from tests.data.world.promised import built, names, names_of


def test_tops_and_skins_tell_fruit_apart() -> None:
    assert "stem" in names("apple")
    assert {"lattice", "leaf"} <= set(names("pineapple"))
    assert {"seed", "leaves"} <= set(names("strawberry"))
    assert {"ring", "leaf"} <= set(names("carrot"))
    assert not {"lattice", "seed"} & set(names("pear"))


def test_what_a_caption_says_is_there() -> None:
    for seed in range(20):
        apple, mushroom = built("apple", seed), built("mushroom", seed)
        assert ("bite" in names_of(apple)) == ("a bite taken out" in apple.traits.get("has", ""))
        assert ("spot" in names_of(mushroom)) == ("spot" in mushroom.traits.get("has", ""))
        cherry = built("cherry", seed)
        assert ("two" if names_of(cherry).count("cherry") == 2 else "three") + " cherries" in cherry.traits["has"]


def test_bunches() -> None:
    assert all(5 <= names("grapes", seed).count("grape") <= 14 for seed in range(20))
    assert {names("banana", seed).count("banana") for seed in range(20)} == {1, 2, 3}

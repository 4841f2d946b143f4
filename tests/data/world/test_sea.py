"""What swims: parts."""

from __future__ import annotations

from tests.data.world.promised import built, names, names_of


def test_parts_tell_swimmers_apart() -> None:
    assert {"belly", "teeth", "gill"} <= set(names("shark"))
    assert "teeth" not in names("whale")
    assert "scale" in names("fish")
    assert "scale" not in names("dolphin")
    assert any("spout" in names("whale", seed) for seed in range(10))
    assert not any("spout" in names("fish", seed) for seed in range(10))


def test_bars_are_counted_for_the_caption() -> None:
    for seed in range(20):
        fish = built("fish", seed)
        bars = names_of(fish).count("stripe")
        assert fish.traits.get("has") == [None, "one bar", "two bars", "three bars"][bars]


def test_arms_legs_and_claws() -> None:
    assert names("octopus").count("arm") == 8
    crab = names("crab")
    assert (crab.count("claw"), crab.count("leg")) == (2, 6)
    assert {"snout", "crown"} <= set(names("seahorse"))

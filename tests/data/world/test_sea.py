"""What swims: parts."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_parts_tell_swimmers_apart() -> None:
    assert {"belly", "teeth", "gill"} <= set(names(figure("shark")))
    assert "teeth" not in names(figure("whale"))
    assert "scale" in names(figure("fish"))
    assert "scale" not in names(figure("dolphin"))
    assert any("spout" in names(figure("whale", seed)) for seed in range(10))
    assert not any("spout" in names(figure("fish", seed)) for seed in range(10))


def test_bars_are_counted_for_the_caption() -> None:
    for seed in range(20):
        fish = figure("fish", seed)
        bars = names(fish).count("stripe")
        assert fish.traits.get("has") == [None, "one bar", "two bars", "three bars"][bars]


def test_arms_legs_and_claws() -> None:
    assert names(figure("octopus")).count("arm") == 8
    crab = names(figure("crab"))
    assert (crab.count("claw"), crab.count("leg")) == (2, 6)
    assert {"snout", "crown"} <= set(names(figure("seahorse")))

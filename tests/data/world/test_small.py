"""Small animals: parts."""

from __future__ import annotations

from random import Random

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_houses_and_legs() -> None:
    assert {"shell", "spiral", "feeler"} <= set(names(figure("snail")))
    assert "leg" not in names(figure("snail"))
    turtle = names(figure("turtle"))
    assert {"shell", "plate", "leg", "far leg"} <= set(turtle)
    assert "spiral" not in turtle


def test_bat_frog_and_snake() -> None:
    bat = names(figure("bat (animal)"))
    assert (bat.count("wing"), bat.count("ear")) == (2, 2)
    frog = names(figure("frog"))
    assert (frog.count("hind leg"), frog.count("eye")) == (2, 2)
    snakes = [names(figure("snake", seed)) for seed in range(20)]
    assert {"coil" in snake for snake in snakes} == {True, False}
    assert not any("leg" in snake for snake in snakes)

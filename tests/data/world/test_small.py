"""Small animals: parts."""

from __future__ import annotations

from tests.data.world.promised import names


def test_houses_and_legs() -> None:
    assert {"shell", "spiral", "feeler"} <= set(names("snail"))
    assert "leg" not in names("snail")
    turtle = names("turtle")
    assert {"shell", "plate", "leg", "far leg"} <= set(turtle)
    assert "spiral" not in turtle


def test_bat_frog_and_snake() -> None:
    bat = names("bat (animal)")
    assert (bat.count("wing"), bat.count("ear")) == (2, 2)
    frog = names("frog")
    assert (frog.count("hind leg"), frog.count("eye")) == (2, 2)
    snakes = [names("snake", seed) for seed in range(20)]
    assert {"coil" in snake for snake in snakes} == {True, False}
    assert not any("leg" in snake for snake in snakes)

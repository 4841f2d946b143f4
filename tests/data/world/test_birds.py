"""Birds: their parts."""

from __future__ import annotations

from random import Random

import numpy as np

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds


def figure(name: str, seed: int = 0) -> Figure:
    return kinds()[name].figure(Figure(Random(seed)))


def names(figure: Figure) -> list[str]:
    return [part.name for part in figure.parts]


def test_parts_tell_birds_apart() -> None:
    assert {"comb", "wattle"} <= set(names(figure("rooster")))
    assert "comb" not in names(figure("duck"))
    assert "bill's tip" in names(figure("flamingo"))
    assert "branch" in names(figure("parrot"))
    assert "branch" not in names(figure("sparrow"))
    assert names(figure("owl")).count("ear tuft") == 2
    assert "ear tuft" not in names(figure("penguin"))
    assert names(figure("penguin")).count("wing") == 2


def test_a_bird_on_water_shows_no_legs() -> None:
    ducks = [figure("duck", seed) for seed in range(40)]
    swimming = [duck for duck in ducks if duck.traits.get("pose") == "swimming"]
    assert 0 < len(swimming) < len(ducks)
    for duck in ducks:
        assert ("leg" in names(duck)) != (duck in swimming)


def test_a_flamingo_is_taller_on_its_legs_than_a_sparrow() -> None:
    def legs(name: str) -> float:
        leg = next(part for part in figure(name, 3).parts if part.name == "far leg")
        return float(np.ptp(np.array(leg.points), axis=0)[1])

    assert legs("flamingo") > 2 * legs("sparrow")

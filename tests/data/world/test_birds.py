"""Birds: their parts."""

from __future__ import annotations

import numpy as np

from tests.data.world.promised import built, names, names_of


def test_parts_tell_birds_apart() -> None:
    assert {"comb", "wattle"} <= set(names("rooster"))
    assert "comb" not in names("duck")
    assert "bill's tip" in names("flamingo")
    assert "branch" in names("parrot")
    assert "branch" not in names("sparrow")
    assert names("owl").count("ear tuft") == 2
    assert "ear tuft" not in names("penguin")
    assert names("penguin").count("wing") == 2


def test_a_bird_on_water_shows_no_legs() -> None:
    ducks = [built("duck", seed) for seed in range(40)]
    swimming = [duck for duck in ducks if duck.traits.get("pose") == "swimming"]
    assert 0 < len(swimming) < len(ducks)
    for duck in ducks:
        assert ("leg" in names_of(duck)) != (duck in swimming)


def test_a_flamingo_is_taller_on_its_legs_than_a_sparrow() -> None:
    def legs(name: str) -> float:
        leg = next(part for part in built(name, 3).parts if part.name == "far leg")
        return float(np.ptp(np.array(leg.points), axis=0)[1])

    assert legs("flamingo") > 2 * legs("sparrow")

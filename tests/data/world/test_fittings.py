"""What vessels hold and wear."""

from __future__ import annotations

from random import Random

import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.fittings import EXTRAS
from sbirlib.data.world.instance import Instance

STRAIGHT = [(0.0, 0.4), (1.0, 0.4)]


def test_a_vase_says_how_many_flowers_it_holds() -> None:
    words = {1: "one flower", 3: "three flowers", 5: "five flowers"}
    for index in range(20):
        figure = Instance("vase", index).figure
        count = [part.name for part in figure.parts].count("petals")
        assert (words[count] in figure.traits["has"]) if count else ("flower" not in figure.traits.get("has", ""))


@pytest.mark.parametrize("name", sorted(set(EXTRAS) - {""}))
def test_each_extra_adds_parts_before_or_after_the_body(name: str) -> None:
    most = 0
    for seed in range(12):  # some have it and some have not
        f = Figure(Random(seed))
        EXTRAS[name](f, STRAIGHT, 0.2)()
        most = max(most, len(f.parts))
    assert most > 0

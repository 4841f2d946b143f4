"""Animals' heads: ears, horns and snouts that the settings promise."""

from __future__ import annotations

from random import Random

import pytest

from sbirlib.data.world.faces import ear, face, horn
from sbirlib.data.world.figure import Figure
from tests.data.world.promised import names


def test_a_head_that_looks_at_you_lies_on_the_mane() -> None:
    lion = names("lion")
    assert lion.index("mane") < lion.index("head") < lion.index("nose")
    assert names("cat").count("whisker") == 6
    assert names("cat").count("ear") == 2


@pytest.mark.parametrize(
    ("snout", "parts"), [("trunk", {"trunk", "tusk"}), ("flat", {"flat snout", "nostril"}), ("sharp", {"nose"})]
)
def test_a_snout_is_what_it_is_called(snout: str, parts: set[str]) -> None:
    f = Figure(Random(0))
    face(f, 0.3, 0.6, snout, "pointed", "", False)
    found = {part.name for part in f.parts}
    assert parts <= found
    assert "whisker" not in found


def test_long_ears_are_longer_than_small_ones_and_the_far_one_is_darker() -> None:
    def ears(kind: str) -> list[tuple[float, float]]:
        f = Figure(Random(0))
        for far in (True, False):
            ear(f, kind, 1.0, far)
        return [(max(y for _, y in part.points) - min(y for _, y in part.points), part.shade) for part in f.parts]

    (far, near), (_, small) = ears("long"), ears("small")
    assert near[0] > 3 * small[0]
    assert far[1] < near[1] == 1.0


def test_horns_come_in_pairs() -> None:
    for kind, name in (("curved", "horn"), ("back", "horn"), ("knobs", "horn"), ("antlers", "antler")):
        f = Figure(Random(0))
        horn(f, kind, 1.0)
        assert [part.name for part in f.parts].count(name) == 2

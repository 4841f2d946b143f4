"""Tables, cupboards and lamps: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import built, keeps, names

PARTS = [
    ("table", "top leg", "mattress pillow"),
    ("bed", "mattress pillow blanket leg", "top drawer"),
    ("wardrobe", "body door knob leg", "top seat"),
    ("lamp", "lampshade foot bulb", "leg"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)


WORDS = ("no", "one", "two", "three", "four", "five", "six")


@pytest.mark.parametrize(("name", "part"), [("wardrobe", "door")])
def test_what_is_counted_in_words_is_there_that_often(name: str, part: str) -> None:
    for seed in range(20):
        assert WORDS[names(name, seed).count(part)] in built(name, seed).traits["has"].split()

"""What flies and dives: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import built, keeps, names

PARTS = [
    ("airplane", "body wing tail cockpit", "rotor flame"),
    ("helicopter", "body rotor tail window", "wing propeller"),
    ("rocket", "body nose fin window", "wing rotor"),
    ("submarine", "body tower periscope propeller window", "wing nose"),
    ("hot-air balloon", "balloon basket rope stripe", "wing"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)


WORDS = ("no", "one", "two", "three", "four", "five", "six")


@pytest.mark.parametrize(("name", "part"), [("rocket", "window"), ("hot-air balloon", "stripe")])
def test_what_is_counted_in_words_is_there_that_often(name: str, part: str) -> None:
    for seed in range(20):
        assert WORDS[names(name, seed).count(part)] in built(name, seed).traits["has"].split()

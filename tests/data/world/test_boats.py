"""Boats: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import built, keeps, names

PARTS = [
    ("sailboat", "hull mast sail", "funnel paddle"),
    ("ship", "hull funnel deck window mast", "sail paddle"),
    ("canoe", "hull paddle blade seat", "sail funnel mast"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)


WORDS = ("no", "one", "two", "three", "four", "five", "six")


@pytest.mark.parametrize(("name", "part"), [("ship", "funnel")])
def test_what_is_counted_in_words_is_there_that_often(name: str, part: str) -> None:
    for seed in range(20):
        assert WORDS[names(name, seed).count(part)] in built(name, seed).traits["has"].split()

"""Seats: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import keeps

PARTS = [
    ("chair", "seat leg", "cushion's edge pillow base"),
    ("stool", "seat leg", "back post arm"),
    ("bench", "seat leg rail post", "back pillow"),
    ("sofa", "cushion arm back leg", "seat rung"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)

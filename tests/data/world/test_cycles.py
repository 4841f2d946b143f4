"""Bicycles and motorbikes: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import keeps

PARTS = [
    ("bicycle", "wheel frame saddle handlebar pedal spoke", "motor tank seat"),
    ("motorbike", "wheel frame motor tank seat handlebar", "pedal saddle"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)

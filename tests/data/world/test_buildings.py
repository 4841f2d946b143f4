"""Houses, castles and shelters: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import keeps

PARTS = [
    ("house", "wall roof door window", "tower cross"),
    ("church", "wall roof door window tower cross", "chimney"),
    ("barn", "wall roof door board", "tower chimney cross"),
    ("castle", "wall tower door window", "chimney blade"),
    ("tent", "tent", "dome tunnel"),
    ("igloo", "dome tunnel door course", "tent flap"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)

"""Vehicles on wheels: the parts that the settings promise, which tell the classes apart."""

from __future__ import annotations

import pytest

from tests.data.world.promised import keeps

PARTS = [
    ("car", "wheel body cabin window door", "load chimney stripe"),
    ("bus", "wheel body window door windscreen", "cabin load"),
    ("truck", "wheel chassis cab window", "cabin body"),
    ("van", "wheel body window door", "load cab cabin"),
    ("train", "wheel boiler chimney cab dome track", "bonnet grille"),
    ("tractor", "wheel bonnet grille mudguard", "boiler dome track chimney"),
]


@pytest.mark.parametrize(("name", "always", "never"), PARTS)
def test_parts_tell_them_apart(name: str, always: str, never: str) -> None:
    keeps(name, always, never)

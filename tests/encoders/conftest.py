"""Lets the tests of this folder share `small_towers`, whose architectures open_clip knows from here on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

import small_towers


@pytest.fixture(scope="session", autouse=True)
def registered(tmp_path_factory: pytest.TempPathFactory) -> None:
    small_towers.register(tmp_path_factory.mktemp("architectures"))

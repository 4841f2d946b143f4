"""Lets the tests of this folder share `toy`, and take as many steps as they ask for."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def long(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The smoke profile ends every training after a few steps."""
    monkeypatch.setenv("SBIR_PROFILE", "book")

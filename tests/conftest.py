"""Fixtures for all tests: a build folder of its own for each test, so that none sees what another made."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything a test makes goes to its own folder, in the smoke profile and outside any chapter."""
    folder = tmp_path / "build"
    monkeypatch.setenv("SBIR_BUILD", str(folder))
    monkeypatch.setenv("SBIR_PROFILE", "smoke")
    for name in ("SBIR_CHAPTER", "SBIR_READS", "SBIR_RECORDS", "SBIR_DEVICE"):
        monkeypatch.delenv(name, raising=False)
    return folder

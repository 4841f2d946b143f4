"""Lets the tests of this folder share `small_copies`; one copy of each large layout for all tests that only read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

import small_copies


@pytest.fixture(scope="session")
def sketchy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_copies.sketchy(tmp_path_factory.mktemp("sketchy"))


@pytest.fixture(scope="session")
def tuberlin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_copies.tuberlin(tmp_path_factory.mktemp("tuberlin"))


@pytest.fixture(scope="session")
def quickdraw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_copies.quickdraw(tmp_path_factory.mktemp("quickdraw"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four classes, six sketches and six photos of each, to change at will."""
    return small_copies.folder(tmp_path / "data")

"""Fixtures for all tests: a build folder of its own for each test, and a browser whose network is cut, for all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # JupyterLab, where a test starts one
)


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything a test makes goes to its own folder, in the smoke profile and outside any chapter."""
    folder = tmp_path / "build"
    monkeypatch.setenv("SBIR_BUILD", str(folder))
    monkeypatch.setenv("SBIR_PROFILE", "smoke")
    for name in ("SBIR_CHAPTER", "SBIR_READS", "SBIR_RECORDS", "SBIR_DEVICE"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; one for all tests of a process, which can't drive two."""
    executable = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip(f"no browser here; one of {', '.join(BROWSERS)} is needed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield chromium
        chromium.close()

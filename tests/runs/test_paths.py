from __future__ import annotations

from pathlib import Path

import pytest

from sbirlib import runs
from sbirlib.runs import paths


def test_sources_are_found_from_any_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = runs.path("book", "published.csv")
    monkeypatch.chdir(tmp_path)
    assert runs.path("book", "published.csv") == before
    assert before.is_file()


def test_what_is_made_goes_to_the_build_folder(build: Path) -> None:
    assert runs.path("artifacts", "x") == build / "artifacts" / "x"


def test_a_relative_build_folder_lies_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_BUILD", "_build/check")
    assert runs.path("records") == runs.path("root") / "_build" / "check" / "records"
    monkeypatch.delenv("SBIR_BUILD")
    assert runs.path("records") == runs.path("root") / "_build" / "records"


def test_without_a_checkout_sources_are_refused_and_results_go_to_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "root", lambda: None)
    monkeypatch.delenv("SBIR_BUILD")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert runs.path("records") == tmp_path / "sbirlib" / "records"
    with pytest.raises(FileNotFoundError, match=r"book/published\.csv .* run from a checkout"):
        runs.path("book", "published.csv")


def test_an_unknown_room_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"one of root, book, .*records; got 'cellar'"):
        runs.path("cellar")

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sbirlib.runs.files import locked
from sbirlib.runs.sweeps.cells import LOG, RECORDS, command, finished, forget, last_lines


def test_a_cell_is_finished_when_it_has_records_and_not_before(tmp_path: Path) -> None:
    (tmp_path / "unfinished-1.jsonl").write_text("{}\n")
    assert not finished(tmp_path)
    (tmp_path / RECORDS).write_text("{}\n")
    assert finished(tmp_path)


def test_what_is_forgotten_is_gone_and_what_runs_is_not_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "fit-1"
    folder.mkdir()
    (folder / RECORDS).write_text("{}\n")
    with locked(folder), pytest.raises(BlockingIOError):
        forget(folder)
    assert finished(folder)
    forget(folder)
    assert not folder.exists()
    forget(folder)  # and what is not there needs no forgetting


def test_the_end_of_a_log_has_no_empty_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path) == []
    (tmp_path / LOG).write_text("one\n\ntwo\n  \nthree\n")
    assert last_lines(tmp_path, 2) == ["two", "three"]


def test_a_cell_is_run_by_this_python(tmp_path: Path) -> None:
    assert command(tmp_path) == [sys.executable, "-m", "sbirlib.runs.sweeps.one", str(tmp_path)]

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest

from sbirlib import runs
from sbirlib.runs.files import write_rows


def test_a_write_that_fails_leaves_the_old_file_and_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = runs.write_atomic(tmp_path / "a" / "file.txt", "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        runs.write_atomic(file, "new")
    assert file.read_text() == "old"
    assert [f.name for f in file.parent.iterdir()] == ["file.txt"]


def test_bytes_and_text_are_written_as_they_are(tmp_path: Path) -> None:
    assert runs.write_atomic(tmp_path / "b", b"\x00\xff").read_bytes() == b"\x00\xff"
    assert runs.write_atomic(tmp_path / "t", "Zoë").read_text(encoding="utf-8") == "Zoë"


def hold(path: Path, log: Path) -> None:
    with runs.locked(path):
        with open(log, "a") as file:
            file.write("in ")
        time.sleep(0.2)
        with open(log, "a") as file:
            file.write("out ")


def test_a_lock_lets_one_process_in_at_a_time(tmp_path: Path) -> None:
    log = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=hold, args=(tmp_path / "thing", log)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert log.read_text().split() == ["in", "out"] * 3


def test_who_does_not_wait_for_a_lock_is_told_that_it_is_taken(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    log = tmp_path / "log"
    process = context.Process(target=hold, args=(tmp_path / "thing", log))
    process.start()
    while not log.exists():
        time.sleep(0.005)
    refused = pytest.raises(BlockingIOError, match=r"another process holds the lock of .*thing")
    with refused, runs.locked(tmp_path / "thing", wait=False):
        pass
    process.join()
    with runs.locked(tmp_path / "thing", wait=False):
        pass


def test_rows_are_written_one_part_after_another(tmp_path: Path) -> None:
    parts = [np.arange(6, dtype=np.float32).reshape(2, 3), np.ones((1, 3), dtype=np.float32)]
    write_rows(tmp_path / "rows.npy", iter(parts), 3)
    for mode in (None, "r"):
        assert np.array_equal(np.load(tmp_path / "rows.npy", mmap_mode=mode), np.concatenate(parts))
    turned = np.arange(6, dtype=np.uint8).reshape(2, 3).T
    write_rows(tmp_path / "turned.npy", iter([turned]), 3)
    assert np.array_equal(np.load(tmp_path / "turned.npy"), turned)
    with pytest.raises(ValueError, match="4 rows were announced; got 3"):
        write_rows(tmp_path / "short.npy", iter(parts), 4)

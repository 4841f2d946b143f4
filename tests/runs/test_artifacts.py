from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from sbirlib import runs
from sbirlib.runs import artifacts


def write(folder: Path) -> None:
    (folder / "value.txt").write_text("42")


def never(folder: Path) -> None:
    raise AssertionError("made twice")


def test_it_is_made_once_and_found_again() -> None:
    first = runs.artifact("thing", write, key={"size": 3})
    assert (first / "value.txt").read_text() == "42"
    assert runs.artifact("thing", never, key={"size": 3}) == first
    assert json.loads((first / "artifact.json").read_text())["key"] == {"size": 3}


def test_settings_files_and_code_are_all_part_of_the_key(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a")
    made = [runs.artifact("thing", write, key={"size": 3, "data": data}, code=["sbirlib.runs.seeds"])]
    made.append(runs.artifact("thing", write, key={"size": 4, "data": data}, code=["sbirlib.runs.seeds"]))
    made.append(runs.artifact("thing", write, key={"size": 3, "data": data}, code=["sbirlib.runs.files"]))
    made.append(runs.artifact("other", write, key={"size": 3, "data": data}, code=["sbirlib.runs.seeds"]))
    data.write_text("b")
    made.append(runs.artifact("thing", write, key={"size": 3, "data": data}, code=["sbirlib.runs.seeds"]))
    assert len(set(made)) == len(made)
    data.write_text("a")
    assert runs.artifact("thing", never, key={"data": data, "size": 3}, code=["sbirlib.runs.seeds"]) == made[0]


def test_a_folder_counts_by_its_files_and_their_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    digest = artifacts.file_digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert artifacts.file_digest(tmp_path) != digest


def test_making_that_fails_leaves_nothing(build: Path) -> None:
    def fail(folder: Path) -> None:
        write(folder)
        raise RuntimeError("no luck")

    with pytest.raises(RuntimeError, match="no luck"):
        runs.artifact("thing", fail, key={})
    assert not [p for p in (build / "artifacts").iterdir() if p.is_dir()]
    assert (runs.artifact("thing", write, key={}) / "value.txt").exists()


def slowly(folder: Path) -> None:
    time.sleep(0.5)
    with open(os.environ["LOG"], "a") as log:
        log.write("made ")
    write(folder)


def want(answers: multiprocessing.Queue[str]) -> None:
    answers.put((runs.artifact("thing", slowly, key={}) / "value.txt").read_text())


def test_two_that_want_it_at_once_make_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[str] = context.Queue()
    processes = [context.Process(target=want, args=(answers,)) for _ in range(2)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=30) for _ in processes] == ["42", "42"]
    for process in processes:
        process.join()
    assert (tmp_path / "log").read_text() == "made "


def half_then_hang(folder: Path) -> None:
    (folder / "value.txt").write_text("4")
    Path(os.environ["LOG"]).write_text("half")
    time.sleep(60)


def hang() -> None:
    runs.artifact("thing", half_then_hang, key={})


def test_one_that_is_killed_leaves_no_half_and_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    process = multiprocessing.get_context("spawn").Process(target=hang)
    process.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "log").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tmp_path / "log").exists()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    folder = runs.artifact("thing", write, key={})
    assert (folder / "value.txt").read_text() == "42"


def test_a_key_of_anything_but_plain_values_is_refused() -> None:
    with pytest.raises(TypeError, match=r"numbers, strings, lists, dicts and Paths; got object"):
        runs.artifact("thing", write, key={"what": object()})


def test_the_code_digest_follows_imports_through_functions_and_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "sbirlib_room"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "deep.py").write_text("X = 1\n")
    (room / "top.py").write_text("def f():\n    from . import deep\n    return deep.X\n")
    (room / "apart.py").write_text("Y = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = runs.code_digest("sbirlib_room.top")
    (room / "apart.py").write_text("Y = 2\n")
    assert runs.code_digest("sbirlib_room.top") == before
    (room / "deep.py").write_text("X = 2\n")
    assert runs.code_digest("sbirlib_room.top") != before


def test_code_that_cannot_be_found_is_named() -> None:
    with pytest.raises(ValueError, match=r"importable Python modules.*got 'sbirlib\.nowhere'"):
        runs.code_digest("sbirlib.nowhere")


def test_what_a_run_can_do_without_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    with pytest.warns(UserWarning, match=r"vectors are made anew each time: nothing can be kept in .*No space left"):
        assert artifacts.kept_artifact("thing", full, key={}, what="vectors") is None
    assert artifacts.kept_artifact("thing", write, key={}, what="vectors") is not None


def test_a_maker_that_misses_a_file_of_its_own_is_not_taken_for_a_closed_folder() -> None:
    def misses(folder: Path) -> None:
        (folder / "absent").read_text()

    with pytest.raises(FileNotFoundError, match="absent"):
        artifacts.kept_artifact("thing", misses, key={}, what="vectors")


def test_a_users_own_modules_are_followed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_model.py").write_text("import my_helper, json, numpy\n")
    (tmp_path / "my_helper.py").write_text("power = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    artifacts.imported.cache_clear()
    artifacts.followed.cache_clear()
    before = artifacts.code_digest("my_model")
    (tmp_path / "my_helper.py").write_text("power = 2\n")
    assert artifacts.code_digest("my_model") != before
    assert [package for package in ("json", "numpy", "faiss", "my_helper", "sbirlib", "sys", "")
            if artifacts.followed(package)] == ["my_helper", "sbirlib"]  # fmt: skip

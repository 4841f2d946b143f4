from __future__ import annotations

import json
import multiprocessing
from dataclasses import asdict
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import pytest

from sbirlib import runs
from sbirlib.runs import records


def test_a_run_leaves_all_it_takes_to_judge_it(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_CHAPTER", "05-ma-sbir")
    with runs.recording("ma-sbir/frozen", config={"lr": 1e-3}, seeds=[0, 1, 2], protocols=["world/mixed"]) as record:
        record.numbers["mAP@all"] = np.array([0.4, 0.5, 0.6])
    (found,) = runs.read_records(build / "records" / "smoke.jsonl")
    assert found.numbers == {"mAP@all": [0.4, 0.5, 0.6]}
    assert (found.name, found.config, found.seeds) == ("ma-sbir/frozen", {"lr": 1e-3}, [0, 1, 2])
    assert (found.profile, found.chapter, found.protocols) == ("smoke", "05-ma-sbir", ["world/mixed"])
    assert found.seconds is not None
    assert found.seconds >= 0
    assert {"python", "numpy", "torch"} <= set(found.versions)
    assert found.hardware["cores"] >= 1


def test_a_run_that_fails_leaves_no_record(build: Path) -> None:
    def failing() -> None:
        with runs.recording("x") as record:
            record.numbers["mAP"] = 1.0
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert not (build / "records" / "smoke.jsonl").exists()


@pytest.mark.parametrize("value", [float("nan"), np.float32("inf"), [0.1, float("nan")]])
def test_a_number_that_is_not_finite_is_no_result(value: object) -> None:
    with pytest.raises(ValueError, match=r"record 'x': numbers\['mAP'\].* is (nan|inf)"), runs.recording("x") as record:
        record.numbers["mAP"] = value


def test_records_are_found_by_name_and_by_folder(build: Path) -> None:
    for name in ("a/one", "a/two", "ab"):
        with runs.recording(name):
            pass
    file = build / "records" / "smoke.jsonl"
    assert [r.name for r in runs.read_records(file, "a/")] == ["a/one", "a/two"]
    assert [r.name for r in runs.read_records(file, "ab")] == ["ab"]
    assert len(runs.read_records(file)) == 3


def test_a_second_file_gets_the_records_of_a_sweeps_notebook(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SBIR_RECORDS", str(tmp_path / "cell.jsonl"))
    with runs.recording("a"):
        pass
    records.append(records.Record(name="b", profile="smoke"), tmp_path / "elsewhere.jsonl")
    assert [r.name for r in runs.read_records(tmp_path / "cell.jsonl")] == ["a"]
    assert [r.name for r in runs.read_records(build / "records" / "smoke.jsonl")] == ["a"]


def append_many(file: Path, writer: int, both: Barrier) -> None:
    both.wait()
    for i in range(40):
        records.append(records.Record(name=f"{writer}/{i}", profile="smoke"), file)


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    context = multiprocessing.get_context("spawn")
    both = context.Barrier(2)  # they start at one moment
    processes = [context.Process(target=append_many, args=(file, writer, both)) for writer in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(r.name for r in runs.read_records(file)) == sorted(f"{w}/{i}" for w in range(2) for i in range(40))


GOOD = asdict(records.Record(name="x", profile="smoke"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"name": "x", "numb', r"r\.jsonl, line 2: not a run record, which is one line of JSON"),
        (json.dumps(GOOD | {"schema": 7}), r"line 2: a run record of schema 1 was expected; got schema 7"),
        (json.dumps([1, 2]), r"line 2: a run record of schema 1 was expected; got schema None"),
        (json.dumps(GOOD | {"mood": "good"}), r"line 2: unknown mood; a record's fields are name, config, seeds"),
        (json.dumps({"schema": 1, "name": "x"}), r"line 2: lacks profile, numbers; a record's fields are name"),
    ],
)
def test_an_unreadable_record_is_named_with_what_is_accepted(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text(f"{json.dumps(GOOD)}\n{line}\n")
    with pytest.raises(ValueError, match=message):
        runs.read_records(file)


def test_every_record_that_ships_can_be_read() -> None:
    for file in runs.path("shipped").glob("*.jsonl"):
        assert runs.read_records(file)

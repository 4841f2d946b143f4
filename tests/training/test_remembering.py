from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from toy import Still, Toy, bench, interrupted, made

from sbirlib.runs.records import Record, read_records
from sbirlib.training import remembering
from sbirlib.training.fitting import fit

OPTIONS: dict[str, Any] = {"steps": 4, "batch": 8, "checkpoint": 1}


def records(build: Path) -> list[Record]:
    file = build / "records" / "book.jsonl"
    return read_records(file) if file.is_file() else []


def test_a_run_leaves_a_record(build: Path) -> None:
    data = bench(version="7")
    run = fit(made(Toy), data, seed=5, validate=2, **OPTIONS)
    (found,) = records(build)
    assert found.name == "fit/Toy"
    assert (found.seeds, found.world, found.profile) == ([5], "7", "book")
    assert found.config["split"] == "noise/all"
    assert found.config["recipe"]["batch"] == 8
    assert found.config["data"] == data.tuning.id
    numbers = found.numbers
    assert numbers["steps"] == 4
    assert numbers["parameters"] == numbers["learning"] == sum(each.numel() for each in run.model.parameters())
    assert numbers["losses"] == run.history.entries[-1]["losses"]
    assert (numbers["best_step"], numbers["best_score"]) == run.best
    assert numbers["images_per_second"] == pytest.approx(4 * 8 / numbers["seconds"], rel=0.1)
    assert found.seconds is not None
    assert 0 < numbers["seconds"] <= found.seconds
    assert run.record.numbers == numbers


def test_what_is_frozen_does_not_count_as_learning(build: Path) -> None:
    model = made(Toy)
    model.map.requires_grad_(False)
    fit(model, bench(), **OPTIONS)
    (found,) = records(build)
    assert found.numbers["learning"] == found.numbers["parameters"] - 193 * 6


def test_a_run_that_failed_leaves_none(build: Path, tmp_path: Path) -> None:
    interrupted(made(Toy), 2, bench(), folder=tmp_path, **OPTIONS)
    assert records(build) == []
    assert not (tmp_path / "record.json").exists()


def test_a_finished_run_keeps_its_record(build: Path, tmp_path: Path) -> None:
    first = fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    again = fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    assert len(records(build)) == 1
    assert again.record.line() == first.record.line()


def test_a_record_that_this_build_lacks_is_added(build: Path, tmp_path: Path) -> None:
    first = fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    (build / "records" / "book.jsonl").unlink()
    for _ in range(2):
        fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    (found,) = records(build)
    assert found.line() == first.record.line()


def test_a_run_that_was_killed_before_its_record_leaves_one_when_it_is_taken_up(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(loop: Any) -> dict[str, Any]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patches:
        patches.setattr(remembering, "numbers", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    assert records(build) == []
    run = fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    (found,) = records(build)
    assert found.numbers["steps"] == 4
    assert found.numbers["losses"] == run.history.entries[-1]["losses"]
    assert found.numbers["seconds"] > 0  # of training, which this time there was none of
    assert found.numbers["images_per_second"] > 0


def test_seconds_of_training_add_up(build: Path, tmp_path: Path) -> None:
    interrupted(made(Toy), 3, bench(), folder=tmp_path, **OPTIONS)
    before = json.loads((tmp_path / "step-00000003" / "state.json").read_text())["progress"]["seconds"]
    run = fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    assert run.record.numbers["seconds"] > round(before, 3)


def test_a_record_of_another_run_is_not_taken_for_its_own(build: Path, tmp_path: Path) -> None:
    fit(made(Toy), bench(), folder=tmp_path, steps=0)
    run = fit(made(Toy), bench(), folder=tmp_path, steps=0, batch=4)
    assert run.record.config["recipe"]["batch"] == 4
    assert len(records(build)) == 2


def test_a_run_that_is_made_anew_is_recorded_anew(build: Path, tmp_path: Path) -> None:
    fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    for folder in tmp_path.glob("step-*"):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    fit(made(Toy), bench(), folder=tmp_path, **OPTIONS)
    assert len(records(build)) == 2


def test_a_model_without_losses_has_a_record(build: Path) -> None:
    fit(Still(), bench())
    (found,) = records(build)
    assert found.numbers["losses"] == {}


def test_a_sweeps_cell_that_was_killed_after_its_fit_gets_the_record(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fit(made(Toy), bench(), folder=tmp_path / "fit", **OPTIONS)
    monkeypatch.setenv("SBIR_RECORDS", str(tmp_path / "cell.jsonl"))  # a new attempt's file
    for _ in range(2):
        fit(made(Toy), bench(), folder=tmp_path / "fit", **OPTIONS)
    (found,) = read_records(tmp_path / "cell.jsonl")
    assert found.line() == first.record.line()
    assert len(records(build)) == 1

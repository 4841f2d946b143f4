from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import sbirlib as sb
from sbirlib.encoders.freezing import seeded
from sbirlib.models import MODELS, Centred
from sbirlib.runs.records import Record, read_records
from sbirlib.training import Job, fit, launch
from sbirlib.training.job import main

SMALL = {"loading": {"per_class": 10}, "steps": 2, "batch": 8}
FEW = {"loading": {"per_class": 4}, "steps": 2, "batch": 8}


def test_a_job_is_load_fit_and_evaluate() -> None:
    run, records = Job("TextAligned", split="mixed", seed=3, lr=1e-3, options={"temperature": 0.1}, **SMALL).run()  # type: ignore[arg-type]
    bench = sb.load("world", split="mixed", per_class=10)
    model = sb.models.TextAligned(sb.encoders.clip("tiny"), temperature=0.1)
    by_hand = sb.fit(model, bench, seed=3, lr=1e-3, steps=2, batch=8)
    for name, value in by_hand.model.state_dict().items():
        assert torch.equal(value, run.model.state_dict()[name]), name
    (record,) = records
    assert record.config["options"] == {"temperature": 0.1}
    assert record.seeds == [3]
    assert record.numbers["TextAligned"]["numbers"]["mAP@all"] == pytest.approx(sb.evaluate(model, bench)["mAP@all"])
    assert set(record.numbers["TextAligned"]["per_class"]["mAP@all"]) == set(bench.unseen_classes)
    assert record.numbers["training"]["losses"] == by_hand.record.numbers["losses"]


def test_a_model_is_asked_in_several_ways() -> None:
    job = Job("MASBIR", options={"spread": 0.3}, also="centred converted semantics", **SMALL)  # type: ignore[arg-type]
    run, records = job.run()
    assert [record.config["asked"] for record in records] == ["as it is", "centred", "converted", "semantics"]
    assert [next(iter(record.numbers)) for record in records] == ["MASBIR", "Centred", "MASBIR", "MASBIR"]
    bench = sb.load("world", split="mixed", per_class=10)
    centred = sb.models.MeanCentred(run.model.encoder)  # type: ignore[arg-type]
    sb.fit(centred, bench)
    expected = [run.model, centred, run.model.asking("converted"), run.model.asking("semantics")]  # type: ignore[operator]
    for record, model in zip(records, expected, strict=True):
        found = next(iter(record.numbers.values()))["numbers"]["mAP@all"]
        assert found == pytest.approx(sb.evaluate(model, bench)["mAP@all"])
    before = [each.requires_grad for each in run.model.parameters()]
    assert any(before)  # asking it has frozen nothing


def numbers(record: Record) -> float:
    return float(next(iter(record.numbers.values()))["numbers"]["mAP@all"])


@pytest.mark.parametrize("name", ["SAKE", "LCALE"])
def test_a_job_on_a_cnn_or_on_its_features(name: str) -> None:
    """A frozen network looks once, without augmentation; what was learnt from its features is asked by pictures."""
    with seeded(3):
        run, records = Job(name, seed=3, also="centred binary", **FEW).run()  # type: ignore[arg-type]
    bench, net = sb.load("world", split="mixed", per_class=4), sb.encoders.cnn("tiny")
    learnt = sb.features(bench, net) if name == "LCALE" else bench
    with seeded(3):
        model = MODELS[name](net)
    sb.fit(model, learnt, seed=3, steps=2, batch=8)
    for key, value in model.state_dict().items():
        assert torch.equal(value, run.model.state_dict()[key]), key
    assert [record.config["asked"] for record in records] == ["as it is", "centred", "binary"]
    assert [next(iter(record.numbers)) for record in records] == [name, "Centred", name]
    assert numbers(records[0]) == pytest.approx(sb.evaluate(model, bench)["mAP@all"])
    centred = Centred(copy.deepcopy(model))
    sb.fit(centred, bench)
    assert numbers(records[1]) == pytest.approx(sb.evaluate(centred, bench)["mAP@all"], abs=1e-4)
    assert numbers(records[2]) == pytest.approx(sb.evaluate(model, bench, bits=64)["mAP@all"])
    assert len({round(numbers(record), 6) for record in records}) == 3
    assert [record.config.get("bits") for record in records] == [None, None, 64]
    learning = [key for key, each in run.model.named_parameters() if each.requires_grad]
    assert learning == [
        key for key, each in model.named_parameters() if each.requires_grad
    ]  # asking has frozen nothing


def test_one_that_scores_pairs_is_asked_for_its_second_look() -> None:
    run, records = Job("PatchMatch", also="reranked", options={"cross": False, "learned": False}, **FEW).run()  # type: ignore[arg-type]
    bench = sb.load("world", split="mixed", per_class=4)
    assert [(record.config["asked"], record.config.get("rerank")) for record in records] == [
        ("as it is", None),
        ("reranked", 50),
    ]
    plain, again = sb.evaluate(run.model, bench), sb.evaluate(run.model, bench, rerank=50)
    assert [numbers(record) for record in records] == pytest.approx([plain["mAP@all"], again["mAP@all"]])
    assert numbers(records[0]) != pytest.approx(numbers(records[1]))


def test_a_job_on_features_may_be_validated() -> None:
    options = {"fitting": {"validate": 1}, "loading": {"per_class": 10}, "steps": 2, "batch": 8}
    run, records = Job("LCALE", also="centred", **options).run()  # type: ignore[arg-type]
    assert run.best is not None
    assert [record.config["asked"] for record in records] == ["as it is", "centred"]
    classes = run.model.classes
    assert classes is not None
    assert set(classes.names) == set(sb.load("world", per_class=10).tuning.seen_classes)


@pytest.mark.parametrize("name", ["LCALE", "SAKE", "PatchMatch"])
def test_its_seed_decides_how_a_model_begins(name: str) -> None:
    one, other = (Job(name, seed=1, steps=0, protocol="none", loading={"per_class": 4}).run()[0] for _ in range(2))
    for key, value in one.model.state_dict().items():
        assert torch.equal(value, other.model.state_dict()[key]), key


def test_its_means_are_those_of_what_it_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    splits: list[str] = []

    def spy(model: Any, bench: Any, **options: Any) -> Any:
        asked.append(options)
        splits.append(bench.split)
        return fit(model, bench, **options)

    monkeypatch.setattr("sbirlib.training.job.fit", spy)
    Job("FrozenCLIP", also="centred", fitting={"sketches": 0.5, "photos": 0.2}, **SMALL).run()  # type: ignore[arg-type]
    assert asked[1] == {"sketches": 0.5, "photos": 0.2}
    Job("TextAligned", also="centred", fitting={"validate": 2}, loading={"per_class": 20}, steps=2, batch=8).run()
    assert splits[-1] == "world/mixed+tuning"


def test_a_model_is_scored_on_several_tasks() -> None:
    _, records = Job("MASBIR", protocol="generalized fine-grained", also="converted", **SMALL).run()  # type: ignore[arg-type]
    assert [(record.protocols[0].split(" | ")[0], record.config["asked"]) for record in records] == [
        ("gzs/seen+unseen", "as it is"),
        ("gzs/seen+unseen", "converted"),
        ("fg/within-category", "as it is"),
    ]
    assert "Acc@1" in records[2].numbers["MASBIR"]["numbers"]


def test_without_a_protocol_it_is_not_scored() -> None:
    _, records = Job("FrozenCLIP", protocol="none", **SMALL).run()  # type: ignore[arg-type]
    assert records == []


def test_an_unknown_model_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="a model is one of FrozenCLIP, MeanCentred"):
        Job("MASBIRR")


def test_the_command_line_has_the_same_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "record.jsonl"
    arguments = ["--model", "Triplet", "--split", "hard", "--seed", "1", "--steps", "1", "--batch", "8"]
    main([*arguments, "--loading", '{"per_class": 10}', "--record", str(file)])
    (record,) = read_records(file)
    assert record.config["model"] == "Triplet"
    assert record.config["split"] in ("hard", "world/hard")
    assert "mAP@all" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "Tripplet"], "a model is one of"),
        (["--split", "medium", "--steps", "1"], "the world's splits are"),
        (["--encoder", "tinny"], "tiny"),
        (["--options", "{"], "invalid"),
        (["--steps", "many"], "invalid int value"),
    ],
)
def test_bad_input_ends_in_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_notebook_launches_a_job_that_has_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="give the job a folder"):
        launch(Job("TextAligned"))
    launch(Job("TextAligned", protocol="none", folder=str(tmp_path), **SMALL), processes=1)  # type: ignore[arg-type]
    assert [file.name for file in sorted(tmp_path.glob("step-*"))] == ["step-00000001", "step-00000002"]


@pytest.mark.slow
def test_accelerate_launches_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes", "1"]
    command += ["-m", "sbirlib.training", "--model", "TextAligned", "--steps", "1", "--batch", "8"]
    command += ["--loading", json.dumps({"per_class": 10}), "--protocol", "none", "--folder", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "TextAligned: 1 steps" in done.stdout
    assert list(tmp_path.glob("step-*"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"protocol": "zeroshot"}, "a protocol's task is one of .*; got 'zeroshot'"),
        ({"steps": "2"}, "steps is a whole number; got '2'"),
        ({"lr": "1e-3"}, "lr is a number; got '1e-3'"),
        ({"steps": 1, "epochs": 1}, "in steps or in epochs"),
        ({"protocol": "zero-shot oneshot"}, "a protocol's task is one of .*; got 'oneshot'"),
        ({"protocol": " "}, "a protocol is a task, several parted by spaces, or none; got nothing"),
        ({"also": "cooked"}, "TextAligned can be asked centred, binary besides; got cooked"),
        ({"also": "converted"}, "TextAligned can be asked centred, binary besides; got converted"),
        ({"model": "Anchored", "also": "centred"}, "Anchored can be asked binary besides; got centred"),
        ({"model": "LCALE", "also": "binary reranked"}, "LCALE can be asked centred, binary besides; got reranked"),
        ({"model": "PatchMatch", "also": "raw"}, "PatchMatch can be asked centred, binary, reranked besides; got raw"),
        ({"protocol": "none", "also": "centred"}, "a model that is not scored is not asked in other ways either"),
        ({"loading": [1]}, r"loading is a dictionary; got \[1\]"),
    ],
)
def test_a_job_that_could_not_end_well_does_not_begin(options: dict[str, Any], words: str) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        Job(**options)
    assert Job(protocol="generalized").protocol == "generalized"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FloatingPointError("the loss is nan\nat step 3"), 1),
        (RuntimeError("the loss is nan\nat step 3"), 1),
        (ModuleNotFoundError("the loss is nan\nat step 3"), 2),
    ],
)
def test_what_fails_on_the_way_is_one_line_without_the_usage(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(job: Job) -> None:
        raise error

    monkeypatch.setattr(Job, "run", fails)
    with pytest.raises(SystemExit) as stop:
        main(["--steps", "1"])
    assert stop.value.code == code
    assert capsys.readouterr().err == "sbirlib.training: error: the loss is nan at step 3\n"


def test_a_record_names_files_and_folders_and_not_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "weights.safetensors").write_bytes(b"")
    job = Job(
        folder=str(tmp_path / "run"), pretrained=str(tmp_path / "weights.safetensors"), loading={"root": str(tmp_path)}
    )
    told = job.told()
    assert (told["folder"], told["pretrained"], told["loading"]["root"]) == (
        "run", "weights.safetensors", tmp_path.name
    )  # fmt: skip
    assert str(tmp_path) not in str(told)
    assert Job(pretrained="openai").told()["pretrained"] == "openai"

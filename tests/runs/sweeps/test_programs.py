from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from sbirlib.runs.sweeps.grid import Cell, read_grid
from sbirlib.runs.sweeps.programs import check_fits, job_parameters, program


def test_the_parameters_of_a_fit_are_those_of_a_job() -> None:
    try:
        from sbirlib.training.job import Job
    except ImportError as error:
        pytest.skip(f"a job builds its model from encoders: {error}")

    found = job_parameters()
    assert {*found.names, "folder"} == {field.name for field in fields(Job)}
    assert set(found.dictionaries) == {f.name for f in fields(Job) if callable(f.default_factory)}


def test_a_fit_is_a_command_line_with_dictionaries_as_json(desk: Any, tmp_path: Path) -> None:
    cell = Cell("fit", {"model": "A", "lr": 1e-5, "batch": None, "options.t": 0.1, "options.on": True}, 3, "smoke")
    assert program(cell, tmp_path) == (
        "toy_fit",
        ["--model=A", "--lr=1e-05", '--options={"t": 0.1, "on": true}', "--seed=3", f"--folder={tmp_path / 'fit'}"],
    )


def test_an_entry_of_a_notebooks_dictionary_leaves_the_others_as_they_are(desk: Any, tmp_path: Path) -> None:
    source = 'seed = 0\nweights = {"a": 1, "deep": {"b": 2, "c": 3}}'
    content = {"cells": [{"metadata": {"tags": ["parameters"]}, "source": [source]}]}
    (desk.folder / "notebooks" / "01-x.ipynb").write_text(json.dumps(content))
    module, arguments = program(Cell("01-x", {"weights.deep.b": 5}, 1, "smoke"), tmp_path)
    assert module == "sbirlib.runs.sweeps.notebook"
    assert json.loads(arguments[-1]) == {"weights": {"a": 1, "deep": {"b": 5, "c": 3}}, "seed": 1}
    _, replaced = program(Cell("01-x", {"weights": {"b": 5}}, None, "smoke"), tmp_path)
    assert json.loads(replaced[-1]) == {"weights": {"b": 5}}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("TextAlined,,,,", "a model is one of"),
        (",zeroshot,,,", "a protocol's task is one of"),
        (",,many,,", "argument --steps: invalid int value: 'many'"),
        (",,2.5,,", "argument --steps: invalid int value: '2.5'"),
        (",,,0,", "batch and accumulate are 1 or more; got 0"),
        (",,,,fast", "argument --lr: invalid float value: 'fast'"),
    ],
)
def test_a_fit_that_could_not_begin_is_said_before_any_does(desk: Any, line: str, words: str) -> None:
    desk.grid(f"run,model,protocol,steps,batch,lr,seeds\nfit,Triplet,,5,8,1e-4,0\nfit,{line},0\n")
    with pytest.raises(ValueError, match=f"^fit .*seed=0: {words}"):
        check_fits(read_grid("toy").cells)
    check_fits(read_grid("toy").cells[:1])

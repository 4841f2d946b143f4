from __future__ import annotations

import json
from typing import Any

import pytest

from sbirlib import runs
from sbirlib.runs.sweeps.grid import Cell, read_grid

NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "metadata": {}, "source": ["hidden = 1\n"]},
        {
            "cell_type": "code",
            "metadata": {"tags": ["parameters"]},
            "source": ["k = 200  # a cut-off\n", "weights = {}"],
        },
    ]
}


def test_a_line_is_the_product_of_its_cells_and_the_last_column_is_the_fastest(desk: Any) -> None:
    desk.grid("run,model,lr,seeds\n\n# a comment\nfit, A|B, |1e-3, 0-1|7\nfit,C,,\n")
    grid = read_grid("toy")
    assert [str(cell) for cell in grid.cells] == [
        *[f"fit model={m}{lr} seed={s}" for m in "AB" for lr in ("", " lr=0.001") for s in (0, 1, 7)],
        "fit model=C",
    ]
    assert grid.config(grid.cells[0]) == {"run": "fit", "seed": 0, "model": "A", "lr": None}
    assert {cell.profile for cell in grid.cells} == {"smoke"}


def test_values_are_json_where_they_parse_and_text_elsewhere(desk: Any) -> None:
    desk.grid('run,loading.per_class,options.sizes,split,batch,seeds\nfit,true,"[1, 2]",mixed,null,0\n')
    (cell,) = read_grid("toy").cells
    assert cell.parameters == {
        "loading.per_class": True, "options.sizes": [1, 2], "split": "mixed", "batch": None
    }  # fmt: skip


def test_a_cell_is_what_it_runs_whatever_the_order_and_the_spelling() -> None:
    one = Cell("fit", {"lr": 1, "options.a": 0.5}, 0, "book")
    assert one.id == Cell("fit", {"options.a": 0.5, "lr": 1.0}, 0, "book").id
    others = [
        Cell("01-x", one.parameters, 0, "book"),
        Cell("fit", {"lr": 1}, 0, "book"),
        Cell("fit", one.parameters, 1, "book"),
        Cell("fit", one.parameters, None, "book"),
        Cell("fit", one.parameters, 0, "paper"),
    ]
    assert len({one.id, *(other.id for other in others)}) == 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"toy\.csv: a first line with the columns was expected; the file is empty"),
        ("run,seeds\n# nothing\n", r"toy\.csv: at least one line below the columns"),
        ("model,seeds\nA,0\n", r"line 1: the first column is 'run', and one is 'seeds'; got model, seeds"),
        ("run,model\nfit,A\n", r"line 1: the first column is 'run', and one is 'seeds'; got run, model"),
        ("run,seeds,seed\nfit,0,0\n", r"line 1, column 'seed': seeds go into the column 'seeds'"),
        ("run,lr,lr,seeds\nfit,1,2,0\n", r"line 1, column 'lr': it stands there twice"),
        ("run,l r,seeds\nfit,1,0\n", r"line 1, column 2: a parameter's name was expected; got 'l r'"),
        ("run,options,options.a,seeds\nfit,,1,0\n", r"line 1, column 'options\.a': 'options' has a column too"),
        ("run,model,seeds\nfit,A\n", r"line 2: 3 columns were expected \(run, model, seeds\); got 2"),
        ("run,mode,seeds\n\nfit,A,0\n", r"line 3, column 'mode': fit takes model, encoder, .*fitting; not 'mode'"),
        ("run,folder,seeds\nfit,A,0\n", r"line 2, column 'folder': fit takes model, .*; not 'folder'"),
        ("run,lr.head,seeds\nfit,1,0\n", r"line 2, column 'lr\.head': 'lr' of fit is no dictionary .* 'head'"),
        ("run,seeds\nfit,0-\n", r"line 2, column 'seeds': seeds such as 0-4 or 0\|1\|2 were expected; got '0-'"),
        ("run,seeds\nfit,4-0\n", r"line 2, column 'seeds': seeds such as"),
        ("run,lr,seeds\nfit,1,0-2\nfit,1.0|2,2\n", r"line 3: the cell fit lr=1\.0 seed=2 stands in line 2 already"),
        ("run,seeds\n09-none,0\n", r"line 2, column 'run': fit or a notebook was expected \(01-x\); got '09-none'"),
        ("run,seeds\n01-x,0\n", r"line 2, column 'seeds': 01-x takes k, weights; not 'seed'"),
        ("run,hidden,seeds\n01-x,2,\n", r"line 2, column 'hidden': 01-x takes k, weights; not 'hidden'"),
    ],
)
def test_a_faulty_grid_is_named_by_line_and_column(desk: Any, content: str, message: str) -> None:
    (desk.folder / "notebooks" / "01-x.ipynb").write_text(json.dumps(NOTEBOOK))
    desk.grid(content)
    with pytest.raises(ValueError, match=message):
        read_grid("toy")


@pytest.mark.parametrize("name", ["nothing", "../toy", ""])
def test_a_grid_that_is_not_there_lists_those_that_are(desk: Any, name: str) -> None:
    desk.grid("run,seeds\nfit,0\n")
    with pytest.raises(ValueError, match=r"a sweep is a grid file in sweeps/ \(toy\); got '"):
        read_grid(name)


def test_every_grid_of_the_book_can_be_read() -> None:
    names = [file.stem for file in runs.path("sweeps").glob("*.csv")]
    assert "controls" in names
    for name in names:
        assert read_grid(name).cells


def test_what_learns_nothing_takes_one_seed_in_the_grid_of_the_controls() -> None:
    seeds: dict[str, set[int | None]] = {}
    for cell in read_grid("controls").cells:
        seeds.setdefault(cell.parameters["model"], set()).add(cell.seed)
    assert {model for model, found in seeds.items() if found == {0}} == {"FrozenCLIP", "MeanCentred"}
    assert {model for model, found in seeds.items() if found == {0, 1, 2}} == {
        "LinearProbe", "TextAligned", "DirectAligned", "Triplet"
    }  # fmt: skip

from __future__ import annotations

from typing import Any

import pytest

from sbirlib import runs
from sbirlib.runs.sweeps.__main__ import main
from sbirlib.runs.sweeps.running import run


def test_a_sweep_ships_whole_in_the_grids_order_or_not_at_all(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    desk.grid("run,model,options.t,seeds\nfit,B|A,0.5|,0-1\n")
    shipped = desk.folder / "shipped" / "sweep-toy.jsonl"
    assert main(["toy", "--ship"]) == 2
    assert "only a whole sweep ships: 8 of the 8 cells of 'toy' are missing" in capsys.readouterr().err
    assert run("toy") == []
    next(iter(desk.finished())).unlink()
    assert main(["toy", "--ship"]) == 2
    assert "1 of the 8 cells" in capsys.readouterr().err
    assert not shipped.exists()
    assert run("toy") == []
    assert main(["toy", "--ship"]) == 0
    assert f"written: {shipped}" in capsys.readouterr().out

    records = runs.read_records(shipped)
    cells = [(r.config["cell"]["model"], r.config["cell"]["options.t"], r.config["cell"]["seed"]) for r in records]
    assert cells == [(model, t, seed) for model in "BA" for t in (0.5, None) for seed in (0, 1)]
    assert [r.config["options"] for r in records[:3]] == ['{"t": 0.5}', '{"t": 0.5}', None]
    assert {(r.config["sweep"], r.config["cell"]["run"], r.numbers["threads"]) for r in records} == {("toy", "fit", 1)}
    assert str(desk.folder) not in shipped.read_text()


def test_a_chapter_reads_what_ships_before_what_is_here(desk: Any) -> None:
    desk.grid("run,model,seeds\nfit,A|Broken|B,0\n")
    with pytest.raises(
        FileNotFoundError, match=r"'toy' neither ships nor has a finished cell here: make sweep NAME=toy"
    ):
        runs.sweep("toy")
    assert len(run("toy")) == 1
    assert list(runs.grouped(runs.sweep("toy"), "model")) == [("A",), ("B",)]
    desk.grid("run,model,seeds\nfit,A,0\n")
    assert main(["toy", "--ship"]) == 0
    desk.grid("run,model,seeds\nfit,A|B,0\n")
    assert list(runs.grouped(runs.sweep("toy"), "seed", "model")) == [(0, "A")]


def test_grouping_by_what_is_no_column_names_the_columns(desk: Any) -> None:
    desk.grid("run,model,seeds\nfit,A,0\n")
    run("toy")
    with pytest.raises(ValueError, match=r"the sweep's columns are run, seed, model; got split"):
        runs.grouped(runs.sweep("toy"), "split")


def test_cells_of_two_worlds_do_not_ship_together(
    desk: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.grid("run,model,seeds\nfit,A,0\n")
    run("toy")
    desk.grid("run,model,seeds\nfit,A,0-1\n")
    monkeypatch.setenv("TOY_WORLD", "2")
    run("toy")
    assert main(["toy", "--ship"]) == 2
    assert "one world: got 1 (1 record), 2 (1 record); --fresh makes them all again" in capsys.readouterr().err


def test_cards_are_those_of_a_task_and_of_a_way_of_asking() -> None:
    def record(task: str, asked: str | None, value: float) -> runs.Record:
        config = {} if asked is None else {"asked": asked}
        made = runs.Record("evaluate", config, protocols=[f"{task} | world/mixed | full | sbirlib"])
        made.numbers |= {"Toy": {"numbers": {"mAP@all": value}}, "training": {"steps": 3}}
        return made

    records = [
        record("zero-shot", None, 0.1),  # of before there were ways of asking
        record("zero-shot", "as it is", 0.2),
        record("zero-shot", "centred", 0.3),
        record("gzs/seen+unseen", "as it is", 0.4),
    ]

    def values(**asked: str) -> list[float]:
        return [card["numbers"]["mAP@all"] for card in runs.cards(records, **asked)]

    assert values() == [0.1, 0.2]
    assert values(asked="centred") == [0.3]
    assert values(task="gzs/seen+unseen") == [0.4]
    assert values(asked="converted") == []

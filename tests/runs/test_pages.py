from __future__ import annotations

import builtins
import sys
from typing import Any

import numpy as np
import pytest

from sbirlib import runs
from sbirlib.runs import pages, records


def test_progress_ends_in_one_line_that_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(runs.progress(range(300), "training")) == list(range(300))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("training: 300 steps in ")
    assert line.endswith("/s)")


def test_progress_that_is_left_early_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    bar = runs.progress(range(10), "embedding", unit="batches")
    steps = iter(bar)
    for _ in range(5):
        next(steps)
        bar.note(loss=0.12345)
    steps.close()  # what an exception or a break does
    line = capsys.readouterr().err.strip()
    assert line.startswith("embedding: 4 of 10 batches in ")
    assert line.endswith(", loss 0.1235")


def test_progress_counts_what_has_no_length(capsys: pytest.CaptureFixture[str]) -> None:
    bar = runs.progress((i for i in range(3)), "reading", unit="files")
    assert list(bar) == [0, 1, 2]
    assert bar.running(1.0) == "reading: 3 files"
    assert "reading: 3 files in " in capsys.readouterr().err


def test_progress_estimates_the_time_left() -> None:
    bar = runs.progress(range(100), "training")
    bar.done = 25
    assert bar.running(10.0) == "training: 25/100 steps, 30.0 s left"


def test_progress_says_a_line_that_stays(capsys: pytest.CaptureFixture[str]) -> None:
    bar = runs.progress(range(2), "training")
    for step in bar:
        bar.say(f"step {step}")
    out, err = capsys.readouterr()
    assert out == "step 0\nstep 1\n"
    assert err.startswith("training: 2 steps in ")


def test_glue_binds_where_myst_nb_is(monkeypatch: pytest.MonkeyPatch) -> None:
    bound: dict[str, Any] = {}
    import myst_nb

    monkeypatch.setattr(myst_nb, "glue", lambda name, value, display: bound.update({name: (value, display)}))
    runs.glue("share", np.float64(0.25))
    assert bound == {"share": (0.25, False)}
    assert type(bound["share"][0]) is float  # NumPy's scalars would print as np.float64(0.25)


def test_glue_shows_the_value_where_myst_nb_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("myst_nb"):
            raise ModuleNotFoundError("No module named 'myst_nb'", name="myst_nb")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    runs.glue("share", 0.25)
    assert capsys.readouterr().out == "share: 0.25\n"


def record(seconds: float = 75.0, **hardware: Any) -> records.Record:
    return records.Record(
        name="chapter/01-x", profile="smoke", seconds=seconds, time="2026-01-02T03:04:05+00:00", commit="abc",
        hardware={"cpu": "Fast <CPU>", "threads": 1} | hardware,
    )  # fmt: skip


def test_the_cost_box_says_when_nothing_was_measured() -> None:
    assert "smoke" in str(runs.cost_box("01-x"))
    assert "not been timed" in str(runs.cost_box("01-x"))


def test_the_cost_box_tells_the_last_run_of_the_profile() -> None:
    records.append(record(seconds=10))
    records.append(record(seconds=75, accelerator="H200"))
    box = runs.cost_box("01-x")
    text = "This chapter took 1 min 15 s on 1 thread of Fast <CPU> and H200, on 2026-01-02, at commit abc."
    assert text in str(box)
    assert "Fast &lt;CPU&gt;" in box._repr_html_()


def test_a_page_of_the_book_never_shows_a_run_that_shipped(monkeypatch: pytest.MonkeyPatch, build: Any) -> None:
    shipped = records.append(record(), build / "shipped" / "chapters.jsonl")
    monkeypatch.setattr(pages, "path", lambda room, *parts: build.joinpath(room, *parts))
    assert shipped.exists()
    assert "1 min 15 s" in str(runs.cost_box("01-x"))
    monkeypatch.setenv("SBIR_CHAPTER", "01-x")
    assert "not been timed" in str(runs.cost_box("01-x"))

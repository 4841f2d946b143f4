"""Sweeps with real processes: the fit is a toy, everything else is what runs in earnest."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from sbirlib import runs
from sbirlib.runs.sweeps import running
from sbirlib.runs.sweeps.__main__ import main
from sbirlib.runs.sweeps.programs import check_fits
from sbirlib.runs.sweeps.running import local, run

SIX = "run,model,seeds\nfit,A|B,0-2\n"


def begun(diary: Counter[str]) -> list[str]:
    return [what for what in diary if what.startswith("begin")]


def test_every_cell_runs_once_and_says_so(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    desk.grid("run,model,seeds\nfit,A|B,0-1\n")
    assert main(["toy"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == "sweep toy: 4 cells, 4 to run"
    assert sorted(line.split("] ")[1].split(":")[0] for line in lines[1:5]) == [
        f"fit model={model} seed={seed}" for model in "AB" for seed in (0, 1)
    ]
    assert lines[1].startswith("[1/4] ")
    assert ": done, about " in lines[1]
    assert lines[4].endswith(": done")
    assert lines[5] == "sweep toy: 4 of 4 cells finished in the smoke profile, commit abc, world 1"
    assert err.startswith("sweep toy: 4 cells in ")  # the progress line, as it stays

    before = desk.finished()
    assert main(["toy"]) == 0  # nothing is left to do
    assert desk.finished() == before
    assert desk.diary() == {
        f"{what} {model}-{seed}": 1 for what in ("begin", "end") for model in "AB" for seed in (0, 1)
    }
    assert capsys.readouterr().out.splitlines() == [lines[5]]


def test_a_cell_that_fails_leaves_the_others_alone(desk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    desk.grid("run,model,seeds\nfit,Broken|A|Silent|B,0\n")
    assert main(["toy", "--jobs", "1"]) == 1
    out, err = capsys.readouterr()
    assert "fit model=Broken seed=0: FAILED" in out
    assert "2 failed; the same command tries them again" in err
    assert "fit model=Broken seed=0: exit status 1, " in err
    logs = [file.read_text() for file in (desk.folder / "build" / "sweeps").glob("toy/*/log.txt")]
    assert sum(log.startswith("learning Broken\nTraceback") for log in logs) == 1
    assert "    RuntimeError: no such thing as a Broken" in err
    assert "fit model=Silent seed=0: it ended without a run record" in err
    assert len(desk.finished()) == 2
    assert main(["toy"]) == 1
    diary = desk.diary()
    assert (diary["begin A-0"], diary["begin B-0"], diary["begin Broken-0"]) == (1, 1, 2)


def test_kill_minus_9_of_all_of_it_costs_only_what_was_running(
    desk: Any, wait: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.grid(SIX)
    monkeypatch.setenv("TOY_SECONDS", "0.5")
    with desk.start("toy") as sweep:
        wait(lambda: len(desk.finished()) >= 2 and len(begun(desk.diary())) > len(desk.finished()))
        os.killpg(sweep.pid, signal.SIGKILL)
    before, tried = desk.finished(), begun(desk.diary())
    assert 2 <= len(before) < 6

    monkeypatch.setenv("TOY_SECONDS", "0")
    assert run("toy") == []
    after, diary = desk.finished(), desk.diary()
    assert len(after) == 6
    assert {file: after[file] for file in before} == before
    again = [cell for cell in begun(diary) if diary[cell] == 2]
    assert len(again) == len(tried) - len(before) > 0  # what was killed, and nothing else
    assert [r.numbers["score"] for r in runs.sweep("toy")] == [0, 1, 2, 0, 1, 2]


def test_cells_that_outlive_their_sweep_are_waited_for_and_not_run_again(
    desk: Any, wait: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.grid("run,model,seeds\nfit,A,0-2\n")
    monkeypatch.setenv("TOY_SECONDS", "1")
    with desk.start("toy") as sweep:
        wait(lambda: sum(desk.diary().values()) >= 2)
        sweep.kill()  # the sweep alone
        sweep.stdout.close()
    assert not desk.finished()
    assert run("toy") == []
    assert len(desk.finished()) == 3
    assert set(desk.diary().values()) == {1}


def test_a_sweep_that_is_asked_to_stop_takes_its_cells_along(
    desk: Any, wait: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.grid(SIX)
    monkeypatch.setenv("TOY_SECONDS", "30")
    with desk.start("toy") as sweep:
        wait(lambda: sum(desk.diary().values()) >= 2)
        sweep.terminate()
        assert sweep.wait(10) == 143
    folders = [file.parent for file in (desk.folder / "build" / "sweeps" / "toy").glob("*/log.txt")]
    assert len(folders) == 2
    for folder in folders:
        with runs.locked(folder, wait=False):  # nobody holds it any more
            pass


def test_a_second_sweep_of_that_name_says_that_there_is_one(
    desk: Any, wait: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.grid("run,model,seeds\nfit,A,0\n")
    monkeypatch.setenv("TOY_SECONDS", "30")
    with desk.start("toy") as sweep:
        wait(lambda: bool(desk.diary()))
        assert main(["toy"]) == 2
        os.killpg(sweep.pid, signal.SIGKILL)
    assert "sweep: the sweep 'toy' is running already" in capsys.readouterr().err


def test_jobs_is_how_many_run_at_once(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.grid("run,model,seeds\nfit,A,0-1\n")
    monkeypatch.setenv("TOY_SECONDS", "0.3")
    assert run("toy", local(1)) == []
    lines = (desk.folder / "diary.txt").read_text().split()
    assert lines[::2] == ["begin", "end", "begin", "end"]
    with pytest.raises(SystemExit):
        main(["toy", "--jobs", "0"])


def test_status_says_what_is_left_and_fresh_forgets(
    desk: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.grid("run,model,seeds\nfit,A,0\n")
    assert run("toy") == []
    desk.grid("run,model,seeds\nfit,A,0-1\n")  # a grid may grow
    capsys.readouterr()
    assert main(["toy", "--status"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "sweep toy: 1 of 2 cells finished in the smoke profile, commit abc, world 1",
        "  to run: fit model=A seed=1",
    ]
    monkeypatch.setenv("TOY_COMMIT", "def")
    assert run("toy") == []
    assert "MIXED commits: abc (1 record), def (1 record); --fresh forgets" in capsys.readouterr().out
    assert main(["toy", "--fresh"]) == 0
    assert "2 of 2 cells finished in the smoke profile, commit def" in capsys.readouterr().out
    assert desk.diary()["end A-0"] == 2


def test_what_runs_the_cells_can_be_another_scheduler(desk: Any) -> None:
    desk.grid(SIX)
    seen: list[Any] = []

    def backwards(folders: Any) -> Any:
        seen.extend(folders)
        yield from local(2)(folders[::-1])

    assert run("toy", backwards) == []
    assert len(seen) == len(desk.finished()) == 6


def test_a_wrong_cell_stops_a_sweep_before_the_first_one(
    desk: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.grid("run,model,seeds\nfit,A,0\n")
    assert run("toy") == []
    monkeypatch.setattr(running, "check_fits", check_fits)  # which knows no model A
    before = desk.finished()
    capsys.readouterr()
    assert main(["toy", "--fresh"]) == 2
    assert capsys.readouterr().err.startswith("sweep: fit model=A seed=0: a model is one of ")
    assert desk.finished() == before

"""What ends a run from outside, in processes that really end: kill -9, and a disk that is full."""

from __future__ import annotations

import multiprocessing
import os
import random
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import child
import pytest
from toy import Bulky, Duel, Toy, bench, left_in, made, same

from sbirlib.training.checkpoints import checkpoints, read_checkpoint
from sbirlib.training.fitting import fit

ENVIRONMENT = ("SBIR_BUILD", "SBIR_PROFILE")


@pytest.fixture(scope="module")
def server() -> Any:
    """Forks processes that have loaded everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sbirlib.training.fitting", "sbirlib.metrics.retrieval"])
    return context


def started(server: Any, target: Any, *arguments: Any) -> tuple[ForkServerProcess, Connection]:
    here, there = server.Pipe()
    environment = {name: os.environ[name] for name in ENVIRONMENT}
    *first, kind, options = arguments
    process = server.Process(target=target, args=(*first, kind, environment, options, there))
    process.start()
    there.close()
    assert here.recv() == "begun"
    return process, here


def ended(said: Connection, process: ForkServerProcess) -> str:
    """The last thing it said; "killed" where it could not say anything."""
    try:
        word: str = said.recv()
    except (EOFError, ConnectionResetError):
        word = "killed"
    process.join(60)
    return word


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "options", "longest"),
    [
        (Toy, {"steps": 60, "checkpoint": 7, "validate": 10}, 1.0),  # mostly in training
        (Bulky, {"steps": 12, "checkpoint": 1, "validate": 2}, 0.8),  # mostly while a checkpoint is written
        (Duel, {"steps": 60, "checkpoint": 5, "accumulate": 2}, 1.2),
    ],
)
def test_a_run_that_is_killed_again_and_again_ends_as_an_unbroken_one(
    kind: type[Toy], options: dict[str, Any], longest: float, server: Any, tmp_path: Path
) -> None:
    options = {"batch": 8, **options}
    unbroken = fit(made(kind), bench(), folder=tmp_path / "unbroken", **options)
    run, delays, kills, steps = tmp_path / "killed", random.Random(5), 0, [0]
    while True:
        process, said = started(server, child.train, kind.__name__, {"folder": run, **options})
        if kills < 12 and not said.poll(delays.uniform(0.05, longest)):
            process.kill()
        word = ended(said, process)
        newest = checkpoints(run)[-1:]
        steps.append(int(newest[0].name[5:]) if newest else 0)
        assert steps[-1] >= steps[-2]  # what was kept is never lost
        if word == "done":
            break
        assert word == "killed"
        kills += 1
    assert kills >= 3
    assert left_in(run) == left_in(tmp_path / "unbroken")
    assert not [file for file in run.iterdir() if file.name.startswith(".")]
    again = fit(made(kind), bench(), folder=run, **options)
    assert same(again.model, unbroken.model)
    assert (again.best, again.history.entries) == (unbroken.best, unbroken.history.entries)


def test_a_full_disk_ends_a_run_that_goes_on_when_there_is_room(server: Any, tmp_path: Path) -> None:
    options = {"batch": 8, "steps": 4, "checkpoint": 1, "folder": tmp_path / "run"}
    interrupted_at = fit(made(Bulky), bench(), **options | {"folder": tmp_path / "unbroken"})
    process, said = started(server, child.train_on_a_small_disk, 3_000_000, Bulky.__name__, options)
    word = ended(said, process)
    assert word.startswith("OSError: the checkpoint of step 1 could not be written to")
    assert word.endswith("; there is no earlier one")
    assert "\n" not in word
    assert not list((tmp_path / "run").glob(".*"))
    assert same(fit(made(Bulky), bench(), **options).model, interrupted_at.model)


def test_a_disk_that_fills_up_leaves_the_last_whole_checkpoint(server: Any, tmp_path: Path) -> None:
    """The log outgrows what a file may be, after some checkpoints."""
    options = {"batch": 8, "steps": 40, "checkpoint": 3, "folder": tmp_path / "run"}
    unbroken = fit(made(Toy), bench(), **options | {"folder": tmp_path / "unbroken"})
    biggest = max(file.stat().st_size for file in (tmp_path / "unbroken").glob("step-*/*"))
    log = (tmp_path / "unbroken" / "log.jsonl").stat().st_size
    if log <= biggest:
        pytest.skip("the log is the smaller one")
    process, said = started(server, child.train_on_a_small_disk, (biggest + log) // 2, Toy.__name__, options)
    word = ended(said, process)
    newest = checkpoints(tmp_path / "run")[-1]
    assert f"the last whole one is {newest.name}" in word
    step = int(newest.name[5:])
    assert f"the checkpoint of step {min(step + 3, 40)} could not be written" in word
    assert 0 < step < 40
    assert same(fit(made(Toy), bench(), **options).model, unbroken.model)
    assert left_in(tmp_path / "run") == left_in(tmp_path / "unbroken")
    with pytest.raises(ValueError, match="holds another run's checkpoints"):
        read_checkpoint(tmp_path / "run", {"model": "Toy"})

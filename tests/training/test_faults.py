"""What ends a run from outside, in processes that really end: kill -9, and a disk that is full."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
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
    return process, here


def said_by(said: Connection) -> Iterator[Any]:
    """What it says, until it is gone."""
    with suppress(EOFError, ConnectionResetError):
        while True:
            yield said.recv()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "options", "most"),
    [
        (Toy, {"steps": 50, "checkpoint": 3, "validate": 5}, 12),  # mostly in training
        (Bulky, {"steps": 16, "checkpoint": 1, "validate": 2}, 4),  # mostly while a checkpoint is written
        (Duel, {"steps": 40, "checkpoint": 3, "accumulate": 2}, 12),
    ],
)
def test_a_run_that_is_killed_again_and_again_ends_as_an_unbroken_one(
    kind: type[Toy], options: dict[str, Any], most: int, server: Any, tmp_path: Path
) -> None:
    """Each life has at most so many steps, and ends somewhere in the next 40 ms."""
    options = {"batch": 8, **options}
    unbroken = fit(made(kind), bench(), folder=tmp_path / "unbroken", **options)
    run, chance, kept = tmp_path / "killed", random.Random(5), [0]
    for kills in range(50):
        process, said = started(server, child.train, kind.__name__, {"folder": run, **options})
        words, life = said_by(said), chance.randint(1, most)
        if kills < 10 and len(list(islice(words, life))) == life:
            time.sleep(chance.uniform(0, 0.04))
            process.kill()
        done = "done" in words
        process.join(60)
        newest = checkpoints(run)[-1:]
        kept.append(int(newest[0].name[5:]) if newest else 0)
        assert kept[-1] >= kept[-2]  # what was kept is never lost
        if done:
            break
    assert done
    assert kills >= 3
    assert left_in(run) == left_in(tmp_path / "unbroken")
    assert not [file for file in run.iterdir() if file.name.startswith(".")]
    again = fit(made(kind), bench(), folder=run, **options)
    assert same(again.model, unbroken.model)
    assert (again.best, again.history.entries) == (unbroken.best, unbroken.history.entries)


def test_a_finished_run_that_was_killed_while_it_tidied_is_tidied_when_it_is_asked_for_again(tmp_path: Path) -> None:
    options: dict[str, Any] = {"steps": 9, "batch": 8, "checkpoint": 3, "validate": 3, "folder": tmp_path}
    fit(made(Toy), bench(), **options)
    whole = left_in(tmp_path)
    for left in ("step-00000001", ".step-00000002.gone", ".step-00000004.part"):  # old, half removed, half written
        shutil.copytree(tmp_path / "step-00000009", tmp_path / left)
    (tmp_path / "best-00000001.safetensors").write_bytes(b"no checkpoint names it")
    (tmp_path / ".best-00000002.safetensors.part").write_bytes(b"half")
    fit(made(Toy), bench(), **options)
    assert left_in(tmp_path) == whole
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_full_disk_ends_a_run_that_goes_on_when_there_is_room(server: Any, tmp_path: Path) -> None:
    options = {"batch": 8, "steps": 4, "checkpoint": 1, "folder": tmp_path / "run"}
    unbroken = fit(made(Bulky), bench(), **options | {"folder": tmp_path / "unbroken"})
    process, said = started(server, child.train_on_a_small_disk, 3_000_000, Bulky.__name__, options)
    *_, word = said_by(said)
    process.join(60)
    assert word.startswith("OSError: the checkpoint of step 1 could not be written to")
    assert word.endswith("; there is no earlier one")
    assert "\n" not in word
    assert not list((tmp_path / "run").glob(".*"))
    assert same(fit(made(Bulky), bench(), **options).model, unbroken.model)


def test_a_disk_that_fills_up_leaves_the_last_whole_checkpoint(server: Any, tmp_path: Path) -> None:
    """The log outgrows what a file may be, after some checkpoints."""
    options = {"batch": 8, "steps": 100, "checkpoint": 9, "folder": tmp_path / "run"}
    unbroken = fit(made(Toy), bench(), **options | {"folder": tmp_path / "unbroken"})
    biggest = max(file.stat().st_size for file in (tmp_path / "unbroken").glob("step-*/*"))
    log = (tmp_path / "unbroken" / "log.jsonl").stat().st_size
    assert log > biggest
    process, said = started(server, child.train_on_a_small_disk, (biggest + log) // 2, Toy.__name__, options)
    *_, word = said_by(said)
    process.join(60)
    newest = checkpoints(tmp_path / "run")[-1]
    assert f"the last whole one is {newest.name}" in word
    step = int(newest.name[5:])
    assert f"the checkpoint of step {min(step + 9, 100)} could not be written" in word
    assert 0 < step < 100
    assert same(fit(made(Toy), bench(), **options).model, unbroken.model)
    assert left_in(tmp_path / "run") == left_in(tmp_path / "unbroken")
    with pytest.raises(ValueError, match="holds another run's checkpoints"):
        read_checkpoint(tmp_path / "run", {"model": "Toy"})

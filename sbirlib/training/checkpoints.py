"""Checkpoints: a folder each, whole or absent, as safetensors and plain JSON.

run/step-00000150/   model.safetensors  optimizers.safetensors  state.json
run/best-00000100.safetensors           where a run selects
run/log.jsonl                           the losses, a line a step
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from sbirlib.runs.files import write_atomic
from sbirlib.runs.reads import reads

SCHEMA = 1
KEPT = 2


@dataclass(frozen=True)
class Checkpoint:
    """What was read."""

    step: int
    """How many steps had been taken."""
    model: dict[str, Tensor]
    optimizers: dict[str, Tensor]
    state: dict[str, Any]


def write_checkpoint(
    run: Path,
    step: int,
    model: Mapping[str, Tensor],
    optimizers: Mapping[str, Tensor],
    state: Mapping[str, Any],
    identity: Mapping[str, Any],
    best: int | None = None,
) -> Path:
    """Write one, then remove what is of no use any more."""
    folder = run / f"step-{step:08d}"
    unfinished = run / f".{folder.name}.part"
    with writing(run, step):
        discard(unfinished)
        unfinished.mkdir(parents=True)
        write_tensors(unfinished / "model.safetensors", model)
        write_tensors(unfinished / "optimizers.safetensors", optimizers)
        content = {"schema": SCHEMA, "step": step, "best": best, "identity": identity, **state}
        write_atomic(unfinished / "state.json", json.dumps(content, indent=1))
        discard(folder)
        unfinished.rename(folder)
    tidy(run)
    return folder


def tidy(run: Path) -> None:
    """Remove all but the newest two, every best model that none of them names, and what a kill left half done."""
    for old in (*checkpoints(run)[:-KEPT], *run.glob(".step-*")):
        discard(old)
    for left in run.glob(".*.part"):
        left.unlink()
    named = {best_file(run, best).name for best in map(best_of, checkpoints(run)) if best is not None}
    for file in run.glob("best-*.safetensors"):
        if file.name not in named:
            file.unlink()


def write_best(run: Path, step: int, model: Mapping[str, Tensor]) -> None:
    """The model after `step` steps, beside the checkpoints."""
    run.mkdir(parents=True, exist_ok=True)
    with writing(run, step):
        write_tensors(best_file(run, step), model)


def best_file(run: Path, step: int) -> Path:
    return run / f"best-{step:08d}.safetensors"


def best_of(folder: Path) -> int | None:
    best: int | None = json.loads((folder / "state.json").read_text()).get("best")
    return best


@contextmanager
def writing(run: Path, step: int) -> Iterator[None]:
    """What can't be written, as on a full disk, ends in one line that says where the run can be taken up."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        for unfinished in run.glob(".*.part"):
            shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink()
        whole = checkpoints(run)
        left = f"the last whole one is {whole[-1].name}" if whole else "there is no earlier one"
        raise OSError(f"the checkpoint of step {step} could not be written to {run} ({error}); {left}") from error


def discard(folder: Path) -> None:
    """Remove a folder; a kill in the middle leaves none of that name with half of its files."""
    if folder.is_dir():
        gone = folder.with_name(f".{folder.name.lstrip('.')}.gone")
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def write_tensors(file: Path, tensors: Mapping[str, Tensor]) -> None:
    """Tensors as a file, on the disk when this returns; the name is taken by renaming."""
    part = file.with_name(f".{file.name}.part")
    # copies: tied weights share their memory, which safetensors refuses
    save_file({name: value.detach().to("cpu", copy=True).contiguous() for name, value in tensors.items()}, part)
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    part.rename(file)


def read_tensors(file: Path) -> dict[str, Tensor]:
    """A file that was cut short ends in one line."""
    try:
        return load_file(reads(file))
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{file} is not a whole safetensors file: {error}") from None


def checkpoints(run: Path) -> list[Path]:
    """The whole ones, oldest first."""
    return sorted(run.glob("step-*"))


def read_checkpoint(run: Path, identity: Mapping[str, Any]) -> Checkpoint | None:
    """The newest one of a run, or None; one of another run is refused, with what differs."""
    found = checkpoints(run)
    if not found:
        return None
    newest = found[-1]
    try:
        state = json.loads((newest / "state.json").read_text())
        model, optimizers = (load_file(reads(newest / f"{name}.safetensors")) for name in ("model", "optimizers"))
    except (OSError, SafetensorError, UnicodeDecodeError, json.JSONDecodeError) as error:
        before = found[-2].name if len(found) > 1 else "the beginning"
        raise ValueError(f"{newest} is damaged ({error}); remove it to go on from {before}") from None
    if state.get("schema") != SCHEMA:
        raise ValueError(f"{newest} is a checkpoint of schema {state.get('schema')}; this version reads {SCHEMA}")
    if differs := differences(state["identity"], json.loads(json.dumps(identity))):
        raise ValueError(f"{run} holds another run's checkpoints: {differs}; give this run a folder of its own")
    return Checkpoint(state["step"], model, optimizers, state)


def differences(there: Any, here: Any, where: str = "") -> str:
    """What differs between two plain values, in words; empty where nothing does.

    >>> differences({"seed": 0, "world": "1"}, {"seed": 1, "world": "1"})
    'seed is 0 there and 1 here'
    """
    if isinstance(there, dict) and isinstance(here, dict):
        keys = [*there, *(key for key in here if key not in there)]
        parts = [differences(there.get(key), here.get(key), f"{where}.{key}" if where else str(key)) for key in keys]
        return ", ".join(part for part in parts if part)
    return "" if there == here else f"{where} is {there!r} there and {here!r} here"

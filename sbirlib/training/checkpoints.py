"""Checkpoints: a folder each, whole or absent, as safetensors and plain JSON.

    run/step-00000150/   model.safetensors  optimizers.safetensors  state.json
    run/best-00000100.safetensors           where a run selects
    run/log.jsonl                           the losses, a line a step
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

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
) -> Path:
    """Write one, then remove all but the newest two."""
    folder = run / f"step-{step:08d}"
    unfinished = run / f".{folder.name}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        write_tensors(unfinished / "model.safetensors", model)
        write_tensors(unfinished / "optimizers.safetensors", optimizers)
        content = {"schema": SCHEMA, "step": step, "identity": identity, **state}
        (unfinished / "state.json").write_text(json.dumps(content, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        whole = checkpoints(run)
        left = f"the last whole one is {whole[-1].name}" if whole else "there is no earlier one"
        raise OSError(f"the checkpoint of step {step} could not be written to {run} ({error}); {left}") from error
    for old in checkpoints(run)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def write_tensors(file: Path, tensors: Mapping[str, Tensor]) -> None:
    """Tensors as a file, on the disk when this returns; the name is taken by renaming."""
    part = file.with_name(f".{file.name}.part")
    save_file({name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}, part)
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
    state = json.loads((found[-1] / "state.json").read_text())
    if state.get("schema") != SCHEMA:
        raise ValueError(f"{found[-1]} is a checkpoint of schema {state.get('schema')}; this version reads {SCHEMA}")
    if differs := differences(state["identity"], json.loads(json.dumps(identity))):
        raise ValueError(f"{run} holds another run's checkpoints: {differs}; give this run a folder of its own")
    return Checkpoint(
        state["step"],
        read_tensors(found[-1] / "model.safetensors"),
        read_tensors(found[-1] / "optimizers.safetensors"),
        state,
    )


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

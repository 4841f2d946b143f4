"""The record of a run: one a run, however often it was taken up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sbirlib.runs.files import write_atomic
from sbirlib.runs.machine import hardware
from sbirlib.runs.profile import profile
from sbirlib.runs.records import Record, append, places, plain, read_records, recording
from sbirlib.training.loop import Loop

FILE = "record.json"


@contextmanager
def recorded(name: str, loop: Loop, config: Mapping[str, Any], world: str) -> Iterator[Record]:
    """The block brings the loop to its end; the first process records it.

    A run that was finished before is not recorded again: the record that it left in its folder is given back.
    """
    first = loop.accelerator.is_main_process
    kept = left(loop.folder, config) if loop.finished else None
    if kept is not None:
        yield kept
        if first:
            listed(kept)
    elif first:
        with recording(name, config=config, seeds=[loop.seed], world=world) as record:
            yield record
            record.numbers |= numbers(loop)
        if loop.folder is not None:
            loop.folder.mkdir(parents=True, exist_ok=True)
            write_atomic(loop.folder / FILE, record.line())
    else:
        record = Record(name, dict(config), [loop.seed], profile=profile().name, world=world, hardware=hardware())
        yield record
        record.numbers |= numbers(loop)
        record.seconds = record.numbers["seconds"]


def left(folder: Path | None, config: Mapping[str, Any]) -> Record | None:
    """The record in a run's folder, where it is of this run."""
    file = folder / FILE if folder is not None else None
    if file is None or not file.is_file():
        return None
    record = Record(**json.loads(file.read_text()))
    return record if record.config == json.loads(json.dumps(config, default=plain)) else None


def listed(record: Record) -> None:
    """See to it that the record is wherever records go: this build, or a sweep's cell, may be younger than the run."""
    for file in places(record):
        if not file.is_file() or record not in read_records(file, record.name):
            append(record, file)


def numbers(loop: Loop) -> dict[str, Any]:
    """What a run measured of itself."""
    state = loop.state
    learning = [each for each in loop.model.parameters() if each.requires_grad]
    found: dict[str, Any] = {
        "steps": state.step,
        "parameters": sum(each.numel() for each in loop.model.parameters()),
        "learning": sum(each.numel() for each in learning),
        "seconds": round(state.seconds, 3),
    }
    if state.step:
        found["images_per_second"] = round(state.examples / max(state.seconds, 1e-9), 1)
    if len(loop.history):
        found["losses"] = loop.history.entries[-1]["losses"]
    if state.best_step is not None:
        found |= {"best_step": state.best_step, "best_score": state.best_score}
    return found

"""A cell's folder, `_build/sweeps/NAME/CELL/`: it is finished when, and only when, it holds `records.jsonl`.

cell.json         what to run, written by the sweep
log.txt           what the last attempt printed
fit/              a fit's losses and checkpoints;  executed.ipynb   a notebook as far as it came
records.jsonl     renamed into place as the last act
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from sbirlib.runs.files import locked, write_atomic
from sbirlib.runs.paths import path
from sbirlib.runs.records import Record, read_records
from sbirlib.runs.sweeps.grid import Cell, Grid
from sbirlib.runs.sweeps.programs import program

RECORDS, PLAN, LOG = "records.jsonl", "cell.json", "log.txt"


def home(grid: Grid, cell: Cell) -> Path:
    return path("build", "sweeps", grid.name, cell.id)


def finished(folder: Path) -> bool:
    return (folder / RECORDS).is_file()


def prepare(cell: Cell, folder: Path) -> Path:
    """Write down what the cell runs, for the process that will."""
    module, arguments = program(cell, folder)
    plan = {"cell": str(cell), "profile": cell.profile, "module": module, "arguments": arguments}
    write_atomic(folder / PLAN, json.dumps(plan, indent=1))
    return folder


def command(folder: Path) -> list[str]:
    """What runs a prepared cell, here or on another machine that sees the folder and the checkout."""
    return [sys.executable, "-m", "sbirlib.runs.sweeps.one", str(folder)]


def forget(folder: Path) -> None:
    """Remove a cell's folder, checkpoints and all."""
    if folder.is_dir():
        with locked(folder, wait=False):
            (folder / RECORDS).unlink(missing_ok=True)  # first, so that a kill leaves it unfinished
            shutil.rmtree(folder)


def records_of(grid: Grid, cell: Cell) -> list[Record]:
    """A finished cell's records, which name the sweep and the cell's parameters."""
    records = read_records(home(grid, cell) / RECORDS)
    for record in records:
        if cell.run == "fit":
            record.config.pop("folder", None)  # a place on this machine, no setting
        record.config |= {"sweep": grid.name, "cell": grid.config(cell)}
    return records


def last_lines(folder: Path, count: int = 8) -> list[str]:
    """The end of a cell's log."""
    log = folder / LOG
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    return [line for line in lines if line.strip()][-count:]

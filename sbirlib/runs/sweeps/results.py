"""What came out of a sweep: records in the grid's order, here, in the repository, and in a chapter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sbirlib.runs.files import write_atomic
from sbirlib.runs.paths import path
from sbirlib.runs.records import Record, read_records
from sbirlib.runs.sweeps.cells import finished, home, records_of
from sbirlib.runs.sweeps.grid import Cell, Grid, read_grid


def sweep(name: str) -> list[Record]:
    """A sweep's records in the grid's order: those that ship, else those that this machine has finished so far.

    `record.config["cell"]` holds `run`, `seed` and every column of the grid (None: the default), which `grouped` takes:

        by_model = runs.grouped(runs.sweep("controls"), "model", "split")
        scores = [record.numbers["mAP@all"] for record in by_model["Triplet", "mixed"]]  # one a seed
    """
    shipped = path("shipped", f"sweep-{name}.jsonl")
    if shipped.is_file():
        return read_records(shipped)
    if records := collected(read_grid(name)):
        return records
    raise FileNotFoundError(f"the sweep {name!r} neither ships nor has a finished cell here: make sweep NAME={name}")


def grouped(records: Iterable[Record], *columns: str) -> dict[tuple[Any, ...], list[Record]]:
    """Records by their cells' values in these columns, in the order in which they come.

    >>> cells = [{"model": "Triplet", "seed": 0}, {"model": "Triplet", "seed": 1}, {"model": "MASBIR", "seed": 0}]
    >>> groups = grouped([Record("evaluate", {"cell": cell}) for cell in cells], "model")
    >>> {key: len(group) for key, group in groups.items()}
    {('Triplet',): 2, ('MASBIR',): 1}
    """
    found: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        cell = record.config["cell"]
        if unknown := [column for column in columns if column not in cell]:
            raise ValueError(f"the sweep's columns are {', '.join(cell)}; got {', '.join(unknown)}")
        found.setdefault(tuple(cell[column] for column in columns), []).append(record)
    return found


def cards(records: Iterable[Record], asked: str = "as it is", task: str = "zero-shot") -> list[dict[str, Any]]:
    """The score cards in the records of fits, a seed each: those of models asked in this way, on this task, which has
    its full name here.

    >>> record = Record("evaluate", {"asked": "centred"}, protocols=["zero-shot | world/mixed | full | sbirlib"])
    >>> record.numbers["MeanCentred"] = {"numbers": {"mAP@all": 0.7}}
    >>> cards([record], "centred")
    [{'numbers': {'mAP@all': 0.7}}]
    """
    found = [r for r in records if r.config.get("asked", "as it is") == asked]
    return [
        number
        for record in found
        if any(protocol.split(" | ")[0] == task for protocol in record.protocols)
        for number in record.numbers.values()
        if isinstance(number, dict) and "numbers" in number
    ]


def ship(name: str) -> Path:
    """Write all records of a sweep to `book/records/`; of all its cells, made with one version of the world."""
    grid = read_grid(name)
    if missing := unfinished(grid):
        raise ValueError(
            f"only a whole sweep ships: {len(missing)} of the {len(grid.cells)} cells of {name!r} are missing in the "
            f"{grid.cells[0].profile} profile, the first is {missing[0]}; make sweep NAME={name} runs them"
        )
    records = collected(grid)
    if len(worlds := made_with(records, "world")) > 1:
        raise ValueError(f"cells of one sweep learn from one world: got {said(worlds)}; --fresh makes them all again")
    return write_atomic(path("shipped", f"sweep-{name}.jsonl"), "".join(f"{record.line()}\n" for record in records))


def collected(grid: Grid) -> list[Record]:
    """The records of the cells that are finished."""
    return [record for cell in grid.cells if finished(home(grid, cell)) for record in records_of(grid, cell)]


def unfinished(grid: Grid) -> list[Cell]:
    return [cell for cell in grid.cells if not finished(home(grid, cell))]


def summary(grid: Grid) -> list[str]:
    """How far a sweep is, and whether its cells were made by one state of the code and of the world."""
    records, missing = collected(grid), unfinished(grid)
    done = len(grid.cells) - len(missing)
    lines = [f"sweep {grid.name}: {done} of {len(grid.cells)} cells finished in the {grid.cells[0].profile} profile"]
    for what in ("commit", "world"):
        found = made_with(records, what)
        if len(found) == 1:
            lines[0] += f", {what} {next(iter(found))}"
        elif found:
            lines.append(f"MIXED {what}s: {said(found)}; --fresh forgets what is finished")
    return lines


def made_with(records: Iterable[Record], what: str) -> Counter[str]:
    return Counter(value for record in records if (value := getattr(record, what)))


def said(counts: Counter[str]) -> str:
    return ", ".join(f"{value} ({count} record{'s' * (count > 1)})" for value, count in counts.items())

"""A grid file, `book/sweeps/NAME.csv`, as cells.

    run,model,options.temperature,seeds
    # the first column says what runs: fit, or a notebook's stem; the others are its parameters
    fit,TextAligned|Triplet,,0-2
    fit,TextAligned,0.05|0.1,0

A line is the product of its cells, the last column varying fastest; `|` parts values, and an empty one is the
default. A value is JSON where it parses as JSON, else text. Dotted names are entries of dictionaries.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sbirlib.runs.paths import path
from sbirlib.runs.profile import profile
from sbirlib.runs.reads import reads
from sbirlib.runs.sweeps.programs import Parameters, nested, parameters_of, text

FIRST, SEEDS = "run", "seeds"
DEFAULT = object()  # an empty value; None is one that can be asked for, as null


@dataclass(frozen=True)
class Cell:
    """One thing to run: a fit or a notebook, the parameters that differ from its defaults, a seed, a profile."""

    run: str
    parameters: Mapping[str, Any]
    """By column name, dots included."""
    seed: int | None
    profile: str

    @property
    def id(self) -> str:
        """What the cell is, and the name of its folder; 1 and 1.0 are one value."""
        content = {"parameters": nested(self.parameters), "seed": self.seed, "profile": self.profile}
        digest = hashlib.sha256(json.dumps(same(content), sort_keys=True).encode()).hexdigest()[:12]
        return f"{self.run}-{digest}"

    def __str__(self) -> str:
        given = {**self.parameters, **({} if self.seed is None else {"seed": self.seed})}
        return " ".join([self.run, *(f"{name}={text(value)}" for name, value in given.items())])


@dataclass(frozen=True)
class Grid:
    """A sweep's cells, in the file's order, and the parameters that have a column in it."""

    name: str
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]

    def config(self, cell: Cell) -> dict[str, Any]:
        """What a record says of its cell: every column, None where the default was taken."""
        return {"run": cell.run, "seed": cell.seed, **{name: cell.parameters.get(name) for name in self.columns}}


def read_grid(name: str) -> Grid:
    """The grid called `name`: a wrong form, and names that nothing takes, are said here; values are not looked at."""
    folder = path("sweeps")
    file = folder / f"{name}.csv"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        there = ", ".join(sorted(grid.stem for grid in folder.glob("*.csv"))) or "none"
        raise ValueError(f"a sweep is a grid file in {folder.name}/ ({there}); got {name!r}")
    lines = list(rows(reads(file).read_text()))
    if not lines:
        raise ValueError(f"{file.name}: a first line with the columns was expected; the file is empty")
    columns = header(lines[0][1], f"{file.name}, line {lines[0][0]}")
    cells: list[Cell] = []
    found: dict[str, int] = {}
    for number, row in lines[1:]:
        where = f"{file.name}, line {number}"
        if len(row) != len(columns):
            raise ValueError(f"{where}: {len(columns)} columns were expected ({', '.join(columns)}); got {len(row)}")
        for cell in product(dict(zip(columns, row, strict=True)), where):
            if cell.id in found:
                raise ValueError(f"{where}: the cell {cell} stands in line {found[cell.id]} already")
            found[cell.id] = number
            cells.append(cell)
    if not cells:
        raise ValueError(f"{file.name}: at least one line below the columns was expected; there is none")
    return Grid(name, tuple(name for name in columns if name not in (FIRST, SEEDS)), tuple(cells))


def rows(content: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that are neither empty nor comments, with their numbers."""
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, [value.strip() for value in next(csv.reader([line], skipinitialspace=True))]


def header(columns: list[str], where: str) -> list[str]:
    if columns[0] != FIRST or SEEDS not in columns:
        raise ValueError(f"{where}: the first column is {FIRST!r}, and one is {SEEDS!r}; got {', '.join(columns)}")
    for index, name in enumerate(columns):
        if not re.fullmatch(r"[^\W\d]\w*(\.\w+)*", name):
            raise ValueError(f"{where}, column {index + 1}: a parameter's name was expected; got {name!r}")
        if name == "seed":
            raise ValueError(f"{where}, column 'seed': seeds go into the column {SEEDS!r}")
        if name in columns[:index]:
            raise ValueError(f"{where}, column {name!r}: it stands there twice")
        if whole := next((other for other in columns if name.startswith(f"{other}.")), None):
            raise ValueError(f"{where}, column {name!r}: {whole!r} has a column too, and only one of them can count")
    return columns


def product(row: Mapping[str, str], where: str) -> Iterator[Cell]:
    """The cells of one line."""
    accepted = parameters_of(row[FIRST], f"{where}, column {FIRST!r}")
    choices: list[list[Any]] = []
    for column, value in row.items():
        at = f"{where}, column {column!r}"
        if column == FIRST:
            choices.append([value])
        elif column == SEEDS:
            choices.append(seeds(value, accepted, at))
        else:
            if value:
                accepted.check(column, at)
            choices.append([DEFAULT if part == "" else parsed(part) for part in split(value)])
    for values in itertools.product(*choices):
        chosen = dict(zip(row, values, strict=True))
        run, seed = chosen.pop(FIRST), chosen.pop(SEEDS)
        given = {name: value for name, value in chosen.items() if value is not DEFAULT}
        yield Cell(run, given, seed, profile().name)


def split(value: str) -> list[str]:
    return [part.strip() for part in value.split("|")]


def seeds(value: str, accepted: Parameters, where: str) -> list[int | None]:
    """`0-4`, `0|1|2`, or both; nothing is the run's own default."""
    if not value:
        return [None]
    accepted.check("seed", where)
    found: list[int | None] = []
    for part in split(value):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise ValueError(f"{where}: seeds such as 0-4 or 0|1|2 were expected; got {value!r}")
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return found


def parsed(value: str) -> Any:
    """The value as JSON, else as text.

    >>> parsed("1e-3"), parsed("true"), parsed("mixed"), parsed("NaN")
    (0.001, True, 'mixed', 'NaN')
    """
    try:
        return json.loads(value, parse_constant=lambda name: name)
    except json.JSONDecodeError:
        return value


def same(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: same(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [same(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

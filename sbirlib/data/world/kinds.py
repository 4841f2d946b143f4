"""The classes, read from `classes/*.txt`: what each thing's program is, what it is, what it is for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.programs import PROGRAMS
from sbirlib.runs.reads import reads

FILES = Path(__file__).parent / "classes"
STANCES = ("ground", "float", "lie")
"""It stands on the ground, is in the air or in water, or lies about in any direction."""


@dataclass(frozen=True)
class Kind:
    """One class of the drawn world."""

    name: str
    family: str
    settings: Mapping[str, Any]
    stance: str
    scenes: tuple[str, ...]
    is_a: tuple[str, ...]
    used_for: str | None
    origin: bool

    def figure(self, figure: Figure) -> Figure:
        """Run the program on a figure."""
        PROGRAMS[self.family](figure, **self.settings)
        return figure


@cache
def kinds() -> dict[str, Kind]:
    """All classes by name, in the files' order."""
    found: dict[str, Kind] = {}
    for file in sorted(FILES.glob("*.txt")):
        for kind in read(file):
            if kind.name in found:
                raise ValueError(f"{file.name}: the class {kind.name!r} is there twice")
            found[kind.name] = kind
    return found


def read(file: Path) -> Iterator[Kind]:
    """One file's classes."""
    family = stance = ""
    scenes: tuple[str, ...] = ()
    for number, line in enumerate(reads(file).read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        where = f"{file.name}, line {number}"
        fields = [field.strip() for field in line.strip("[]").split("|")]
        if line.startswith("["):
            family, stance, scenes = fields[0], fields[1], tuple(fields[2].split())
            if family not in PROGRAMS or stance not in STANCES:
                raise ValueError(f"{where}: no family {family!r} that can stand {stance!r}")
            continue
        if len(fields) != 4:
            raise ValueError(f"{where}: name | settings | is a | used for was expected; got {line!r}")
        name, program, is_a, used_for = fields
        settings = read_settings(program, PROGRAMS[family], where)
        purpose = None if used_for == "-" else used_for
        above = tuple(each.strip() for each in is_a.split(","))
        yield Kind(name.rstrip(" *"), family, settings, stance, scenes, above, purpose, origin=name.endswith("*"))


def read_settings(text: str, program: Callable[..., None], where: str) -> dict[str, Any]:
    """`horns=curved udder legs=.5` as what the program takes."""
    known = inspect.signature(program).parameters
    settings: dict[str, Any] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        if name not in known:
            raise ValueError(f"{where}: {program.__name__} has no setting {name!r}")
        kind = type(known[name].default)
        settings[name] = True if kind is bool else kind(value.replace("_", " ")) if kind is str else kind(value)
    return settings


def entries(file: Path) -> dict[str, str]:
    """A file of `name: text` lines; what follows a # is a remark."""
    lines = [line.split("#")[0] for line in reads(file).read_text().splitlines()]
    split = [line.split(":") for line in lines if line.strip()]
    return {name.strip(): text.strip() for name, text in split}

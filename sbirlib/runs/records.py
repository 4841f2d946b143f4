"""Run records: every number that is printed comes from one, with all that it takes to judge and repeat it.

    with runs.recording("field/denominators", config={"k": 200}, seeds=[0]) as record:
        record.numbers["hits"] = ...

A record is one line of JSON in `path("records", "<profile>.jsonl")`; those that ship with the book lie in
`path("shipped")`. Two chapters may write at once. While a sweep runs a notebook, `SBIR_RECORDS` names a file that
gets its records as well.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sbirlib.runs.files import locked, write_atomic
from sbirlib.runs.machine import hardware
from sbirlib.runs.paths import path, root
from sbirlib.runs.profile import profile
from sbirlib.runs.reads import reads

SCHEMA = 1
PACKAGES = ("sbirlib", "numpy", "torch", "torchvision", "open_clip_torch", "accelerate", "scikit-learn")


@dataclass
class Record:
    """One run: what was run, on what, and what came out."""

    name: str
    config: dict[str, Any] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    profile: str = ""
    chapter: str = ""
    world: str = ""
    """The drawn world's version, where a run used it."""
    time: str = ""
    commit: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    hardware: dict[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA

    def line(self) -> str:
        """The record as one line of JSON; a number that is not finite is refused, it is no result."""
        for name, value in walk(self.numbers, "numbers"):
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"record {self.name!r}: {name} is {value}; a record holds finite numbers")
        return json.dumps(asdict(self), allow_nan=False, default=plain)


@contextmanager
def recording(
    name: str,
    *,
    config: Mapping[str, Any] | None = None,
    seeds: Iterable[int] = (),
    protocols: Iterable[str] = (),
    world: str = "",
) -> Iterator[Record]:
    """Time a run and keep its record; the block fills `record.numbers`. A run that fails leaves no record."""
    record = Record(
        name=name,
        config=dict(config or {}),
        seeds=list(seeds),
        protocols=list(protocols),
        world=world,
        profile=profile().name,
        chapter=os.environ.get("SBIR_CHAPTER", ""),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
    )
    started = time.perf_counter()
    yield record
    record.seconds = round(time.perf_counter() - started, 3)
    record.versions = versions()
    record.hardware = dict(hardware())
    append(record)


def append(record: Record, file: Path | None = None) -> Path:
    """Add a record to a file of records: whole, or not at all."""
    line = record.line()
    files = places(record) if file is None else [file]
    for each in files:
        with locked(each):
            before = each.read_text() if each.is_file() else ""
            write_atomic(each, f"{before}{line}\n")
    return files[0]


def places(record: Record) -> list[Path]:
    """The files that get a record: this build's, and the one that `SBIR_RECORDS` names."""
    also = os.environ.get("SBIR_RECORDS")
    return [path("records", f"{record.profile}.jsonl"), *([Path(also)] if also else [])]


def read_records(file: str | os.PathLike[str], name: str | None = None) -> list[Record]:
    """The records of a file, oldest first; with `name`, those of that name or below it ("ma-sbir/")."""
    file = Path(file)
    accepted = [f.name for f in fields(Record)]
    found = []
    for number, line in enumerate(reads(file).read_text().splitlines(), start=1):
        where = f"{file.name}, line {number}"
        try:
            content = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{where}: not a run record, which is one line of JSON ({error.msg})") from None
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            schema = content.get("schema") if isinstance(content, dict) else None
            raise ValueError(f"{where}: a run record of schema {SCHEMA} was expected; got schema {schema!r}")
        if unknown := sorted(set(content) - set(accepted)):
            raise ValueError(f"{where}: unknown {', '.join(unknown)}; a record's fields are {', '.join(accepted)}")
        if missing := [f for f in ("name", "profile", "numbers") if not content.get(f) and f not in content]:
            raise ValueError(f"{where}: lacks {', '.join(missing)}; a record's fields are {', '.join(accepted)}")
        found.append(Record(**content))
    if name is not None:
        found = [r for r in found if r.name == name or (name.endswith("/") and r.name.startswith(name))]
    return found


@cache
def commit() -> str:
    """The checkout's commit, with a + where files were changed since; empty outside a repository."""
    if root() is None:
        return ""

    def git(*arguments: str) -> str:
        run = subprocess.run(["git", *arguments], cwd=root(), capture_output=True, text=True, check=True)
        return run.stdout.strip()

    try:
        return git("rev-parse", "--short=10", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


@cache
def versions() -> dict[str, str]:
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def plain(value: Any) -> Any:
    """NumPy and torch scalars and arrays, and paths, as JSON knows them."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"a record holds plain values; got {type(value).__name__}")


def walk(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk(inner, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{name}[{index}]")
    else:
        yield name, plain(value) if hasattr(value, "tolist") else value

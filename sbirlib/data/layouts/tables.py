"""The tables beside a folder's pictures. A path that is not there is an error that names the line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sbirlib.data.layouts.index import Index


def lines(file: Path, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each line is, and what it says."""
    with open(file, newline="", encoding="utf-8-sig") as content:
        reader = csv.DictReader(content)
        if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
            got = ", ".join(reader.fieldnames or ()) or "nothing"
            raise ValueError(
                f"{file.name} has the columns {', '.join(columns)}; {', '.join(missing)} is not among {got}"
            )
        for line in reader:
            yield f"{file.name}, line {reader.line_num}", {name: value or "" for name, value in line.items() if name}


def pairs(file: Path, index: Index) -> dict[str, str] | None:
    """From a sketch's path to its photo's, as pairs.csv says; None without that file."""
    if not file.is_file():
        return None
    drawing = index.of_kind("sketch")
    rows = {path: row for row, path in enumerate(index.paths)}
    told: dict[str, str] = {}
    for where, line in lines(file, ("sketch", "photo")):
        for modality in ("sketch", "photo"):
            row = rows.get(line[modality])
            if row is None or bool(drawing[row]) != (modality == "sketch"):
                raise ValueError(f"{where}: {line[modality]!r} is no {modality} below {file.parent}")
        sketch, photo = line["sketch"], line["photo"]
        if index.label[rows[sketch]] != index.label[rows[photo]]:
            raise ValueError(f"{where}: a sketch and its photo are of one class; got {sketch} and {photo}")
        if told.setdefault(sketch, photo) != photo:
            raise ValueError(f"{where}: {sketch} was drawn from {told[sketch]} above and from {photo} here")
    return told


def captions(file: Path, index: Index) -> dict[str, tuple[str, str]] | None:
    """From a picture's path to its caption and its verbose one; None without captions.csv."""
    if not file.is_file():
        return None
    there = {index.paths[row] for row in np.flatnonzero((index.problem == 0) | index.fatal)}
    said: dict[str, tuple[str, str]] = {}
    for where, line in lines(file, ("path", "caption")):
        if line["path"] not in there:
            raise ValueError(f"{where}: {line['path']!r} is no picture below {file.parent}")
        said[line["path"]] = (line["caption"], line.get("verbose", ""))
    return said

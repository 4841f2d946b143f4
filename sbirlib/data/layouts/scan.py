"""Look at every file once: what it is called, where it belongs, how large it is, whether it is a picture at all."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from sbirlib.data.layouts.index import Index, kept
from sbirlib.data.layouts.layout import Layout, Room
from sbirlib.data.layouts.walk import Row, digest, entries, is_folder, walk
from sbirlib.runs.artifacts import source_file
from sbirlib.runs.pages import progress

BLOCK = 256
ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND"}
"""What a whole file ends with."""
MEASURED = ("length", "modified", "width", "height", "checksum")


def scan(root: Path, layout: Layout, anew: bool = False) -> Index:
    """What lies below `root`, from the index kept of it, or looked at now (`anew`: in any case).

    A file that has kept its size and its time since the last look is not read again.
    """
    rooms = layout.rooms(root)

    def make(stamp: str, old: Index | None) -> Index:
        rows = [row for number, room in enumerate(rooms) for row in walk(root, number, room, layout)]
        return table(stamp, rooms, inspected(root, rows, old))

    return kept(root, layout.name, lambda: stamp(root, rooms, layout), make, anew)


def stamp(root: Path, rooms: list[Room], layout: Layout) -> str:
    """A digest that changes when a file is added, removed or renamed, or when this code is edited.

    A file that is overwritten in place leaves its folder as it was: `check` looks at the files themselves.
    """
    code, content = hashlib.sha256(), hashlib.sha256()
    for module in (layout.code, f"{__package__}.layout", __name__, f"{__package__}.index", f"{__package__}.walk"):
        source = source_file(module)
        code.update(source.read_bytes() if source else b"")
    for room in rooms:
        content.update(repr(room).encode(errors="surrogateescape"))
        for entry in entries(root / room.folder):
            told = entry.name
            if is_folder(entry) or (room.lines and entry.name.endswith(".ndjson") and entry.is_file()):
                status = entry.stat()
                told += f"\0{status.st_mtime_ns}\0{status.st_size if room.lines else 0}"
            content.update(told.encode(errors="surrogateescape"))
    return f"{code.hexdigest()} {content.hexdigest()}"


def inspected(root: Path, rows: list[Row], old: Index | None) -> list[Row]:
    """Every picture's size and digest, in threads; what the old index knows of an unchanged file is taken from it."""
    known = {path: number for number, path in enumerate(old.paths)} if old is not None else {}

    def look(row: Row) -> Row:
        if row.problem or row.length:
            return row
        try:
            status = (root / row.path).stat()
            if old is not None and (at := known.get(row.path)) is not None:
                same = (old.length[at], old.modified[at]) == (status.st_size, status.st_mtime_ns)
                if same and old.problem[at] == 0:
                    of = {name: int(getattr(old, name)[at]) for name in MEASURED}
                    return replace(row, **of)  # type: ignore[arg-type]
            content = (root / row.path).read_bytes()
        except OSError as error:
            return replace(row, problem=f"unreadable: {error.strerror or error}")
        size, problem = header(content)
        return replace(
            row,
            problem=problem,
            length=len(content),
            modified=status.st_mtime_ns,
            width=size[0],
            height=size[1],
            checksum=digest(content),
        )

    blocks = [rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK)]
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        done = pool.map(lambda block: [look(row) for row in block], blocks)
        watched = progress(done, f"scanning {root.name}", unit=f"blocks of {BLOCK}", total=len(blocks))
        return [row for block in watched for row in block]


def header(content: bytes) -> tuple[tuple[int, int], str]:
    """A picture's size as its first bytes tell it, whatever its name says; and what is wrong, if anything."""
    if not content:
        return (0, 0), "unreadable: empty file"
    try:
        with Image.open(io.BytesIO(content)) as image:
            end = ENDS.get(image.format or "")
            whole = end is None or content.rfind(end) > len(content) // 2  # whatever was appended to it
            return image.size, "" if whole else "unreadable: cut short"
    except UnidentifiedImageError:
        return (0, 0), "unreadable: not a picture"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return (0, 0), f"unreadable: {error}"


def table(stamp: str, rooms: list[Room], rows: list[Row]) -> Index:
    """Rows as columns."""
    classes = tuple(sorted({row.name for row in rows if row.name}))
    problems = ("", *sorted({row.problem for row in rows if row.problem}))
    label = {name: number for number, name in enumerate(classes)}
    code = {text: number for number, text in enumerate(problems)}

    kinds = {"room": "int16", "width": "int32", "height": "int32", "checksum": "uint64"}
    numbers = {
        f.name: np.array([getattr(row, f.name) for row in rows], dtype=kinds.get(f.name, "int64"))
        for f in fields(Row)
        if f.type == "int"
    }
    return Index(
        stamp=stamp,
        classes=classes,
        problems=problems,
        rooms=tuple(room.folder for room in rooms),
        kinds=tuple(room.kind for room in rooms),
        paths=[row.path for row in rows],
        keys=[row.key for row in rows],
        drawn_from=[row.drawn_from for row in rows],
        label=np.array([label.get(row.name, -1) for row in rows], dtype=np.int32),
        problem=np.array([code[row.problem] for row in rows], dtype=np.int32),
        **numbers,
    )

"""Go through the rooms of a collection: every picture with its class, and whatever lies there that should not."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sbirlib.data.layouts.layout import Layout, Room

PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""By their names, in small letters or capitals: `.JPEG` beside `.jpg` has cost others most of their classes."""


@dataclass(frozen=True)
class Row:
    """One picture, or one thing that lay in its place."""

    path: str
    room: int
    problem: str = ""
    name: str = ""
    """The class."""
    key: str = ""
    drawn_from: str = ""
    start: int = 0
    length: int = 0
    modified: int = 0
    width: int = 0
    height: int = 0
    checksum: int = 0


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """What a folder holds, by name, without what is hidden."""
    with os.scandir(folder) as found:
        return sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one; a link that leads in a circle is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def lost(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link to nothing, or to itself."""
    return entry.is_symlink() and not os.access(entry.path, os.F_OK)


def is_picture(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(PICTURES) and not is_folder(entry)


def walk(root: Path, number: int, room: Room, layout: Layout) -> Iterator[Row]:
    """The pictures of a room, each with its class, and what is wrong with the folders. No picture is opened."""
    folders: dict[str, str] = {}
    above = (root / room.folder).resolve()
    for entry in entries(root / room.folder):
        path = f"{room.folder}/{entry.name}" if room.folder != "." else entry.name
        if room.lines:
            if entry.name.endswith(".ndjson"):
                name = layout.class_of(room, entry.name.removesuffix(".ndjson"))
                yield from drawings(root, path, number, name or entry.name)
        elif not is_folder(entry):
            yield Row(path, number, "link: leads nowhere" if lost(entry) else "stray file: beside the class folders")
        elif entry.is_symlink() and above.is_relative_to(Path(entry.path).resolve()):
            yield Row(path, number, "link: leads back to a folder above it")
        else:
            name = layout.class_of(room, entry.name)
            inside = entries(Path(entry.path))
            if name is not None and name not in folders:
                folders[name] = entry.name
                yield from class_folder(path, number, room, name, inside, layout)
            elif any(map(is_picture, inside)):
                known = f"two folders: {name} is also {folders[name]}" if name else "unknown class: not in the lists"
                yield Row(path, number, known)
            else:
                yield Row(path, number, "stray folder: no class and no pictures")


def class_folder(
    path: str, number: int, room: Room, name: str, inside: list[os.DirEntry[str]], layout: Layout
) -> Iterator[Row]:
    pictures = [file.name for file in inside if is_picture(file)]
    for file in inside:
        if not is_picture(file):
            what = "folder: inside a class" if is_folder(file) else "file: not a picture by its name"
            yield Row(f"{path}/{file.name}", number, f"stray {what}")
    if not pictures:
        yield Row(path, number, f"empty class: {name} has no pictures here", name)
    for picture in pictures:
        yield placed(layout, room, Row(f"{path}/{picture}", number, name=name))


def placed(layout: Layout, room: Room, row: Row) -> Row:
    """The row with its key and, for a sketch, the photo it was drawn from."""
    stem = row.path.rpartition("/")[2].rpartition(".")[0]
    key = f"{row.name}/{layout.key_of(room, row.name, stem)}"
    if room.modality == "photo":
        return replace(row, key=key)
    photo = layout.photo_of(row.name, stem)
    if photo is None:
        return replace(row, key=key, problem="misnamed: not how a sketch of this collection is called")
    return replace(row, key=key, drawn_from=f"{row.name}/{photo}" if photo else "")


def drawings(root: Path, path: str, number: int, name: str) -> Iterator[Row]:
    """The drawings of a class, one a line. Those that the game did not recognise are left aside, as is usual."""
    try:
        content = (root / path).read_bytes()
        modified = (root / path).stat().st_mtime_ns
    except OSError as error:
        yield Row(path, number, f"unreadable: {error.strerror or error}", name)
        return
    if not content.strip():
        yield Row(path, number, f"empty class: {name} has no drawings here", name)
        return
    start, seen = 0, set()
    for at, line in enumerate(content.split(b"\n"), start=1):
        length, here = len(line), start
        start += length + 1
        if not line.strip():
            continue
        told = re.search(rb'"key_id":\s*"?(\w+)', line)
        key = told[1].decode() if told and told[1] not in seen else f"line-{at}"
        seen.add(key.encode())
        problem = ""
        if b'"drawing"' not in line or not line.strip().endswith(b"}"):
            problem = f"unreadable: line {at} is not a drawing"
        elif re.search(rb'"recognized":\s*false', line):
            problem = "unrecognised: the game did not know it"
        row = Row(path, number, problem, name, f"{name}/{key}", "", here, length, modified)
        yield replace(row, checksum=digest(line))


def digest(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")

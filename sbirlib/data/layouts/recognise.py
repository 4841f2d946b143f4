"""Which layout a folder has: what to say to someone who asked for another one."""

from __future__ import annotations

import importlib
from pathlib import Path

from sbirlib.data.benchmark import listing
from sbirlib.data.layouts.layout import Layout
from sbirlib.data.layouts.walk import entries, is_folder

LAYOUTS = ("sketchy", "tuberlin", "quickdraw", "strokes", "folder")
"""The particular ones first."""


def named(name: str, root: Path) -> Layout:
    """The layout of that name, as it is in `root`."""
    if name not in LAYOUTS:
        raise ValueError(f"a layout is one of {', '.join(LAYOUTS)}; got {name!r}")
    found: Layout = importlib.import_module(f"{__package__}.{name}").layout(root)
    return found


def share(root: Path, layout: Layout) -> float:
    """How many of the class folders are on the collection's list; 0 where the rooms are not there."""
    rooms = layout.rooms(root)
    if not layout.classes or not rooms:
        return float(bool(rooms))
    folders = [(room, entry.name) for room in rooms for entry in entries(root / room.folder) if is_folder(entry)]
    known = [name for room, name in folders if layout.class_of(room, name) is not None]
    return len(known) / max(len(folders), 1)


def recognise(root: Path) -> Layout | None:
    """The layout that a folder has: the first of those whose lists know most of its classes, at least half of them."""
    found = [named(name, root) for name in LAYOUTS]
    best = max(found, key=lambda layout: share(root, layout))
    return best if share(root, best) > 0.5 else None


def demand(root: Path, layout: Layout) -> None:
    """Stop where `root` is missing or laid out in another way, and say in which."""
    if not root.is_dir():
        what = "a file" if root.exists() else "not there"
        raise FileNotFoundError(f"{layout.title} was expected in the folder {root}, which is {what}. {layout.obtain}.")
    other = recognise(root)
    fit = share(root, layout)
    if fit > 0.5 and (other is None or fit >= share(root, other)):
        return
    if other is not None:
        hint = f"it looks like {other.title}: load({other.name!r}, root=...)"
    else:
        hint = f"it holds {listing([entry.name for entry in entries(root)]) or 'nothing'}"
    raise ValueError(f"{root} is not laid out as {layout.title}, which has {layout.wants}; {hint}")

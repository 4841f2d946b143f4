"""Quick, Draw!'s simplified drawings: a file <class>.ndjson a class, a line a drawing, the pen's ways as numbers.

    <class>.ndjson                             sketches only
    sketch/<class>.ndjson, photo/<class>/*     sketches and photos

Drawings that the game did not recognise are left out, as is usual.
"""

from __future__ import annotations

from pathlib import Path

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.layouts.assemble import Asked, assemble
from sbirlib.data.layouts.divide import own
from sbirlib.data.layouts.layout import Layout, Room, plain
from sbirlib.data.layouts.recognise import demand
from sbirlib.data.layouts.scan import scan


def rooms(root: Path) -> list[Room]:
    sketches = next((place for place in ("sketch", ".") if any((root / place).glob("*.ndjson"))), None)
    if sketches is None:
        return []
    found = [Room(sketches, "sketch", lines=True)]
    return found + ([Room("photo", "photo")] if (root / "photo").is_dir() else [])


def class_names(root: Path) -> dict[str, str]:
    """From plain spellings to the class, as the drawings' files spell it, else the photos' folders."""
    found: dict[str, str] = {}
    for room in rooms(root):
        for entry in sorted((root / room.folder).iterdir()):
            if not room.lines or entry.suffix == ".ndjson":
                found.setdefault(plain(entry.name.removesuffix(".ndjson")), entry.name.removesuffix(".ndjson"))
    return found


def layout(root: Path) -> Layout:
    known = class_names(root)
    return Layout(
        name="strokes",
        title="Quick, Draw!'s drawings",
        wants="<class>.ndjson, or sketch/<class>.ndjson and photo/<class>/*",
        rooms=rooms,
        code=__name__,
        class_of=lambda room, name: known.get(plain(name)),
        obtain="Quick, Draw! publishes simplified drawings, a .ndjson file a class, under CC BY 4.0",
    )


def load(root: Path, asked: Asked) -> Benchmark:
    """Drawings, with photos where there are any; the split is a folder's (splits.csv, else every third class)."""
    demand(root, here := layout(root))
    index = scan(root, here)
    division = own(index.present, asked.split, asked.validation, root / "splits.csv")
    return assemble(root, here, index, division, asked)

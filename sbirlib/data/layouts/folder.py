"""Any folder of yours: sketch/<class>/*, photo/<class>/*, and, beside them, up to three tables.

    splits.csv     class,group               the group is seen, validation or unseen
    pairs.csv      sketch,photo              which photo a sketch was drawn from; paths relative to the root
    captions.csv   path,caption[,verbose]    what a person would write below a picture

One of sketch/ and photo/ alone will do for looking and searching.
"""

from __future__ import annotations

from pathlib import Path

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.layouts.assemble import Asked, assemble
from sbirlib.data.layouts.divide import own
from sbirlib.data.layouts.layout import Layout, Room, plain
from sbirlib.data.layouts.recognise import demand
from sbirlib.data.layouts.scan import scan
from sbirlib.data.layouts.tables import captions, pairs


def rooms(root: Path) -> list[Room]:
    return [Room(modality, modality) for modality in ("sketch", "photo") if (root / modality).is_dir()]


def class_names(root: Path) -> dict[str, str]:
    """From plain spellings to the class, as the first folder that has it spells it: "Hot air" and hot_air are one."""
    folders = [entry.name for room in rooms(root) for entry in sorted((root / room.folder).iterdir())]
    known: dict[str, str] = {}
    for name in folders:
        known.setdefault(plain(name), name)
    return known


def layout(root: Path) -> Layout:
    known = class_names(root)
    return Layout(
        name="folder",
        title="a folder of your own",
        wants="sketch/<class>/* and photo/<class>/*",
        rooms=rooms,
        code=__name__,
        class_of=lambda room, name: known.get(plain(name)),
        obtain="any pictures will do: a folder for each class, in sketch/ and in photo/",
    )


def load(root: Path, asked: Asked) -> Benchmark:
    """A folder; by default the split of its splits.csv, else every third class, by name, is unseen."""
    demand(root, here := layout(root))
    index = scan(root, here)
    division = own(index.present, asked.split, asked.validation, root / "splits.csv")
    told, said = pairs(root / "pairs.csv", index), captions(root / "captions.csv", index)
    return assemble(root, here, index, division, asked, pairs=told, captions=said)

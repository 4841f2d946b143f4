"""Sketchy (Sangkloy et al., 2016), and its extension (Liu et al., 2017), as their archives unpack.

    256x256/sketch/tx_000000000000/<class>/<wnid>_<n>-<k>.png     the k-th sketch of photo <wnid>_<n>
    256x256/photo/tx_000000000000/<class>/<wnid>_<n>.jpg          the paired photos, 100 a class
    EXTEND_image_sketchy/<class>/{<wnid>_<n>,ext_<m>}.jpg         extended photos, the paired ones among them

SAKE's bundle adds `_ready` to these names, doodle2search calls the extension `extended_photo`; both are known here.
A photo that stands in both parts has one key, class/name: the names ext_<m> begin anew in every class.
"""

from __future__ import annotations

import re
from pathlib import Path

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.layouts.assemble import Asked, from_lists
from sbirlib.data.layouts.layout import Layout, Room, first, plain, spelling
from sbirlib.data.splits import sketchy_classes

PREFIXES = ("", "256x256/", "rendered_256x256/256x256/", "Sketchy/", "Sketchy/256x256/")
SKETCHES = ("sketch/tx_000000000000", "sketch/tx_000000000000_ready")
PAIRED = ("photo/tx_000000000000", "photo/tx_000000000000_ready")
EXTENDED = ("EXTEND_image_sketchy", "EXTEND_image_sketchy_ready", "extended_photo")

CLASSES = sketchy_classes()
KNOWN = spelling(CLASSES)
STANDS_FOR = {("extend", "camel", "c"): "n02437136_5405"}
"""camel/c.jpg stands where that photo is missing among the extended ones: probably the photo, renamed."""
SKETCH = re.compile(r"(n\d+_\d+)-(\d+)")


def rooms(root: Path) -> list[Room]:
    sketches = first(root, PREFIXES, SKETCHES)
    paired, extended = first(root, PREFIXES, PAIRED), first(root, PREFIXES, EXTENDED)
    if sketches is None or not (paired or extended):
        return []
    found = [Room(sketches, "sketch")]
    found += [Room(paired, "photo", "paired")] if paired else []
    return found + ([Room(extended, "photo", "extend")] if extended else [])


def class_of(room: Room, folder: str) -> str | None:
    return KNOWN.get(plain(folder))


def key_of(room: Room, name: str, stem: str) -> str:
    return STANDS_FOR.get((room.kind, name, stem), stem)


def photo_of(name: str, stem: str) -> str | None:
    """The photo's name: without the last hyphen, since class names have hyphens too.

    >>> photo_of("jack-o-lantern", "n03590841_1067-12")
    'n03590841_1067'
    """
    told = SKETCH.fullmatch(stem)
    return told[1] if told else None


LAYOUT = Layout(
    name="sketchy",
    title="Sketchy",
    wants="256x256/sketch/tx_000000000000/<class>/*.png, 256x256/photo/tx_000000000000/<class>/*.jpg "
    "and EXTEND_image_sketchy/<class>/*.jpg",
    rooms=rooms,
    code=__name__,
    class_of=class_of,
    key_of=key_of,
    photo_of=photo_of,
    classes=tuple(CLASSES),
    default_split="sketchy/split2",
    expected={
        name: {
            "sketch": int(row["sketches"]),
            "paired": int(row["paired_photos"]),
            "extend": int(row["extend_photos"]),
        }
        for name, row in CLASSES.items()
    },
    remarks=(
        "12,499 of the 12,500 paired photos stand among the extended ones too: the gallery's name says which are meant",
        "camel/c.jpg is taken for camel/n02437136_5405.jpg, which is missing there (inferred)",
    ),
    obtain="Sketchy.7z and the extension EXTEND_image_sketchy are linked from sketchy.eye.gatech.edu and from the "
    "repositories of SAKE and ZSE-SBIR; several links are dead by now",
)


def layout(root: Path) -> Layout:
    return LAYOUT


def load(root: Path, asked: Asked) -> Benchmark:
    """Sketchy; by default split 2, and the extended photos as gallery (as in Doodle2Search, SEM-PCYC and MA-SBIR)."""
    return from_lists(root, LAYOUT, asked)

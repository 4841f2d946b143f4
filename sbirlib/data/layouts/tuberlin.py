"""TU-Berlin (Eitz et al., 2012) with the photos of its extension (Zhang et al., 2016).

    png/<class>/<id>.png                    80 sketches of each of 250 classes
    ImageResized/<class>/<wnid>_<n>.JPEG    photos, in capitals for most classes and `.jpg` for others

The photos' folders drop spaces and hyphens and misspell some classes (griaffe, spacesshuttle, tromobone):
`lists/tuberlin-aliases.tsv` has every class by the names it goes under.
"""

from __future__ import annotations

from pathlib import Path

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.layouts.assemble import Asked, from_lists
from sbirlib.data.layouts.layout import Layout, Room, first, plain, spelling
from sbirlib.data.splits import table

PREFIXES = ("", "TU-Berlin/", "TUBerlin/")
SKETCHES = ("png", "png_ready", "sketches_png/png", "sketches_png", "sketches")
PHOTOS = ("ImageResized", "ImageResized_ready", "images")

ALIASES = table("tuberlin-aliases.tsv")
CLASSES = tuple(row["class"] for row in ALIASES)
KNOWN = spelling(CLASSES, [(spelled, row["class"]) for row in ALIASES for spelled in row.values()])


def rooms(root: Path) -> list[Room]:
    sketches, photos = first(root, PREFIXES, SKETCHES), first(root, PREFIXES, PHOTOS)
    return [Room(sketches, "sketch"), Room(photos, "photo")] if sketches and photos else []


def class_of(room: Room, folder: str) -> str | None:
    return KNOWN.get(plain(folder))


LAYOUT = Layout(
    name="tuberlin",
    title="TU-Berlin-Ext",
    wants="png/<class>/*.png and ImageResized/<class>/*.JPEG",
    rooms=rooms,
    code=__name__,
    class_of=class_of,
    classes=CLASSES,
    default_split="tuberlin/sake",
    expected={name: {"sketch": 80} for name in CLASSES},
    totals={"photo": (204_070, 204_489)},
    remarks=("papers say 204,489 photos; 204,070 files have been counted",),
    obtain="the sketches are sketches_png.zip of cybertron.cg.tu-berlin.de; the photos (ImageResized) are linked from "
    "the repositories of SEM-PCYC and SAKE; several links are dead by now",
)


def layout(root: Path) -> Layout:
    return LAYOUT


def load(root: Path, asked: Asked) -> Benchmark:
    """TU-Berlin-Ext; by default SAKE's split. Its sketches were drawn from words: there are no pairs."""
    return from_lists(root, LAYOUT, asked)

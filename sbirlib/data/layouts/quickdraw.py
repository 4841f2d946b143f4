"""QuickDraw-Extended (Dey et al., 2019): Quick, Draw! sketches and Flickr photos of 110 classes.

    QuickDraw_sketches_final/<class>/<key_id>.png
    QuickDraw_images_final/<class>/image_<n>.{jpg,jpeg,png}

The halves disagree on eiffel_tower (effiel_tower) and palm tree (palm_tree); images/cactus holds a script, s.sh,
and the class list an entry class_labels.txt.
"""

from __future__ import annotations

from pathlib import Path

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.layouts.assemble import Asked, from_lists
from sbirlib.data.layouts.layout import Layout, Room, first, plain, spelling
from sbirlib.data.splits import split as published

PREFIXES = ("", "QuickDraw/", "quickdraw/")
SKETCHES = ("QuickDraw_sketches_final", "QuickDraw_sketches", "sketches")
PHOTOS = ("QuickDraw_images_final", "EXTEND_image_quickdraw", "images")

DEY = published("quickdraw/dey")
CLASSES = tuple(sorted((*DEY.seen, *DEY.unseen)))
KNOWN = spelling(CLASSES, [("effiel tower", "eiffel tower")])


def rooms(root: Path) -> list[Room]:
    sketches, photos = first(root, PREFIXES, SKETCHES), first(root, PREFIXES, PHOTOS)
    return [Room(sketches, "sketch"), Room(photos, "photo")] if sketches and photos else []


def class_of(room: Room, folder: str) -> str | None:
    return KNOWN.get(plain(folder))


LAYOUT = Layout(
    name="quickdraw",
    title="QuickDraw-Extended",
    wants="QuickDraw_sketches_final/<class>/*.png and QuickDraw_images_final/<class>/*.jpg",
    rooms=rooms,
    code=__name__,
    class_of=class_of,
    classes=CLASSES,
    default_split="quickdraw/dey",
    totals={"sketch": (330_000,), "photo": (203_885,)},
    remarks=(
        "ZSE-SBIR's lists have 3,001 sketches of an unseen class, and 5,262 of cake",
        "galleries of 54,151 and of 54,358 photos have been used for the unseen classes",
    ),
    obtain="the archives QuickDraw_sketches_final.zip and QuickDraw_images_final.zip are at "
    "datasets.cvc.uab.es/QuickDraw",
)


def layout(root: Path) -> Layout:
    return LAYOUT


def load(root: Path, asked: Asked) -> Benchmark:
    """QuickDraw-Extended, in the one split there is. Its sketches were drawn from words: there are no pairs."""
    return from_lists(root, LAYOUT, asked)

"""Small copies of the real layouts: the same folders, names and flaws, with pictures of a few pixels."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

from PIL import Image

from sbirlib.data.splits import sketchy_classes, split, table

CLASSES = ("ant", "bee", "cow", "dog")


def content(kind: str = "JPEG", size: tuple[int, int] = (10, 8), seed: object = None) -> bytes:
    """A picture file in one colour, another one for another seed."""
    buffer = io.BytesIO()
    colour = tuple(random.Random(str(seed)).randbytes(3))
    Image.new("RGB", size, colour).save(buffer, kind, **({"comment": str(seed).encode()} if kind == "JPEG" else {}))
    return buffer.getvalue()


def write(file: Path, seed: object = None) -> Path:
    """A picture at that place; its name says which format it has."""
    file.parent.mkdir(parents=True, exist_ok=True)
    kind = "PNG" if file.suffix.lower() == ".png" else "JPEG"
    file.write_bytes(content(kind, seed=seed or file.name + file.parent.name))
    return file


def folder(root: Path, classes: tuple[str, ...] = CLASSES, each: int = 6) -> Path:
    for name in classes:
        for number in range(each):
            write(root / "sketch" / name / f"{number}.png", f"s {name} {number}")
            write(root / "photo" / name / f"{number}.jpg", f"p {name} {number}")
    return root


def sketchy(root: Path, *, ready: str = "") -> Path:
    """Three photos a class, two sketches of each; all three and two more in the extension, as in the archives."""
    for name in sketchy_classes():
        photos = [f"n0{number}_{number}" for number in range(3)]
        if name == "camel":
            photos[0] = "n02437136_5405"
        for photo in photos:
            write(root / f"256x256/photo/tx_000000000000{ready}" / name / f"{photo}.jpg", f"small {name} {photo}")
            for k in (1, 2):
                write(root / f"256x256/sketch/tx_000000000000{ready}" / name / f"{photo}-{k}.png")
        extended = ["c" if (name, photo) == ("camel", "n02437136_5405") else photo for photo in photos]
        for photo in [*extended, "ext_1", "ext_2"]:
            write(root / f"EXTEND_image_sketchy{ready}" / name / f"{photo}.jpg", f"large {name} {photo}")
    return root


def tuberlin(root: Path) -> Path:
    """Three sketches and three photos a class, in folders as the two archives call them."""
    for row in table("tuberlin-aliases.tsv"):
        for number in range(3):
            write(root / "png" / row["sketch_folder"] / f"{number + 1}.png")
            ending = "jpg" if row["class"] == "ant" else "JPEG"
            write(root / "ImageResized" / row["photo_folder"] / f"n1_{number}.{ending}")
    (root / "ImageResized" / "list.txt").write_text("ant 3\n")
    return root


def quickdraw(root: Path) -> Path:
    """Three sketches and three photos a class, with the entries that do not belong there."""
    names = split("quickdraw/dey")
    for name in (*names.seen, *names.unseen):
        photos = {"eiffel tower": "effiel_tower"}.get(name, name.replace(" ", "_"))
        for number, ending in enumerate(("jpg", "jpeg", "png")):
            write(root / "QuickDraw_sketches_final" / name.replace("eiffel ", "eiffel_") / f"{number}.png")
            write(root / "QuickDraw_images_final" / photos / f"image_{number}.{ending}")
    (root / "QuickDraw_images_final" / "cactus" / "s.sh").write_text("mv *.jpg ..\n")
    (root / "QuickDraw_images_final" / "class_labels.txt").write_text("bat\n")
    return root


def drawing(word: str, key: int, *, recognized: bool = True) -> str:
    way = [[0, 10 * key, 255], [0, 128, 30 + key]]
    return json.dumps({"word": word, "recognized": recognized, "key_id": str(key), "drawing": [way, [[5], [5]]]})

"""From an index, a division of classes and a gallery to a `Benchmark`: who is in it, with whom, and what for.

What can't be used stops here, in one error, or, where `skip` is asked for, in a list of what was left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from sbirlib.data.benchmark import Benchmark, listing
from sbirlib.data.galleries import admitted
from sbirlib.data.imageset import ImageSet
from sbirlib.data.items import Items
from sbirlib.data.layouts.divide import Division, listed
from sbirlib.data.layouts.files import Captions, FilePictures, OnDisk, StrokePictures
from sbirlib.data.layouts.index import Index
from sbirlib.data.layouts.layout import Layout
from sbirlib.data.layouts.recognise import demand
from sbirlib.data.layouts.scan import scan
from sbirlib.data.layouts.sides import bounded, dealt, grouped, side, some, untaught
from sbirlib.data.roles import TEST

PAD = {"sketch": 255, "photo": 0}
"""What fills the bars where pictures are fitted by `pad`: paper goes on, a photo does not."""


@dataclass(frozen=True)
class Asked:
    """What `load` was asked for, apart from the data."""

    split: str | None = None
    gallery: str | None = None
    size: int = 64
    seed: int = 0
    validation: int | None = None
    per_class: int | None = None
    fit: str = "crop"
    skip: bool = False

    def __post_init__(self) -> None:
        for name in ("size", "per_class"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is a number from 1 up; got {value}")


def from_lists(root: Path, layout: Layout, asked: Asked) -> Benchmark:
    """A collection whose splits are the field's lists."""
    division = listed(layout, asked.split, asked.validation)  # a wrong name is said before the disk is read
    demand(root, layout)
    return assemble(root, layout, scan(root, layout), division, asked)


def assemble(
    root: Path,
    layout: Layout,
    index: Index,
    division: Division,
    asked: Asked,
    *,
    pairs: Mapping[str, str] | None = None,
    captions: Captions | None = None,
) -> Benchmark:
    """The benchmark; `pairs` (a sketch's path to its photo's path) stand in for what names tell."""
    usable, skipped = index.usable, [index.said(row) for row in np.flatnonzero(index.fatal)]
    refuse(skipped, "can't be used", asked, root)
    drawing = index.of_kind("sketch")
    names = np.array([*index.classes, ""], dtype=object)[index.label]
    sketched, shot = (set(names[usable & modality]) for modality in (drawing, ~drawing))
    classes, left_out = agreed(root, layout, division, sketched, shot, asked)
    skipped += left_out
    usable &= np.isin(index.label, [number for number, name in enumerate(index.classes) if name in classes])
    division = division.only(classes)

    photos = side(index, np.flatnonzero(usable & ~drawing), names)
    told = dict(zip(index.paths, index.drawn_from, strict=True))
    if pairs is not None:
        key = {index.paths[row]: key for row, key in zip(photos.rows, photos.keys, strict=True)}
        told = {sketch: key.get(photo, "") for sketch, photo in pairs.items()}
    unit = dict(zip(photos.keys, photos.units, strict=True))
    sketches = side(index, np.flatnonzero(usable & drawing), names, {p: unit[k] for p, k in told.items() if k in unit})
    drawn = set(sketches.units) & set(photos.units)
    sketches, photos = (grouped(index, one, drawn) for one in (sketches, photos))
    # roles are dealt to all there is: who is tested on does not hang on how many are loaded
    sides = {"sketch": sketches, "photo": photos}
    roles = dealt(sides, set(division.unseen), set(division.validation), asked.seed)
    untaught(index, sides, roles)
    if asked.per_class is not None:
        stays = {modality: bounded(one, asked.per_class) for modality, one in sides.items()}
        sides = {modality: some(one, stays[modality]) for modality, one in sides.items()}
        roles = {modality: roles[modality][places] for modality, places in stays.items()}
        sketches, photos = sides["sketch"], sides["photo"]

    number = {key: place for place, key in enumerate(sorted({*photos.keys}))}
    instances = {
        "photo": [number[key] for key in photos.keys],
        "sketch": [number.get(told.get(index.paths[row], ""), -1) for row in sketches.rows],
    }
    ordered, seen = tuple(sorted(classes)), set(division.seen)
    label = {name: place for place, name in enumerate(ordered)}
    sets = {}
    for modality, one in sides.items():
        kinds = [index.kinds[room] for room in index.room[one.rows]]
        items = Items(
            labels=torch.tensor([label[name] for name in one.names], dtype=torch.long),
            seen=torch.tensor([name in seen for name in one.names], dtype=torch.bool),
            keys=one.keys,
            instances=torch.tensor(instances[modality], dtype=torch.long) if drawn else None,
            sources=kinds if modality == "photo" and {"paired", "extend"} & set(index.kinds) else None,
            trained=torch.from_numpy(roles[modality] != TEST),
        )
        pictures = pictured(root, index, one.rows, modality, asked.fit, captions, skipped)
        every = np.arange(len(one.rows))
        sets[modality] = ImageSet(modality, items, ordered, roles[modality], pictures, every, asked.size)
    gallery = asked.gallery or default_gallery(index)
    if not admitted(gallery, sets["photo"].items).any() and len(sets["photo"]):
        raise ValueError(f"gallery {gallery!r} has no photo below {root}: what is there is {listing(set(index.kinds))}")
    return Benchmark(
        name=layout.name,
        split=division.name,
        sketches=sets["sketch"],
        photos=sets["photo"],
        seen_classes=division.seen,
        unseen_classes=division.unseen,
        validation_classes=division.validation,
        gallery=gallery,
    )


def refuse(found: list[str], what: str, asked: Asked, root: Path) -> None:
    """An error for what was found, or, where skipping is asked for, a warning."""
    if not found:
        return
    text = f"{root}: {len(found)} {what}: {listing(found, 3)}"
    if not asked.skip:
        raise ValueError(f"{text}. skip=True leaves them out; python -m sbirlib.data check {root} says more")
    warnings.warn(f"{text}; left out", stacklevel=5)


def agreed(
    root: Path, layout: Layout, division: Division, sketched: set[str], shot: set[str], asked: Asked
) -> tuple[set[str], list[str]]:
    """The classes that the split and both modalities have, and what is left out where skipping is asked for."""
    wanted = {*division.seen, *division.unseen}
    both = bool(sketched and shot)
    found = []
    for what, names in (
        ("without a photo", sketched - shot if both else set()),
        ("without a sketch", shot - sketched if both else set()),
        (f"in {division.name} and not there", wanted - sketched - shot),
        (f"there and not in {division.name}", (sketched | shot) - wanted),
    ):
        problems = [f"{name} ({what})" for name in sorted(names)]
        refuse(problems, f"of {len(wanted)} classes {what}", asked, root)
        found += problems
    present = sketched & shot if both else sketched | shot
    if not present & wanted:
        raise ValueError(f"{root}: there is no class of {layout.title} to load; expected {layout.wants}")
    return present & wanted, found


def pictured(
    root: Path,
    index: Index,
    rows: NDArray[np.int64],
    modality: str,
    fit: str,
    captions: Captions | None,
    skipped: list[str],
) -> OnDisk:
    paths = [index.paths[row] for row in rows]
    if paths and paths[0].endswith(".ndjson"):
        return StrokePictures(root, paths, index.checksum[rows], index.start[rows], index.length[rows], skipped=skipped)
    return FilePictures(
        root,
        paths,
        index.checksum[rows],
        lengths=index.length[rows],
        modified=index.modified[rows],
        fit=fit,
        pad=PAD[modality],
        captions=captions,
        skipped=skipped,
    )


def default_gallery(index: Index) -> str:
    """The extension where there is one, else every photo there is."""
    return next((kind for kind in ("extend", "paired") if kind in index.kinds), "full")

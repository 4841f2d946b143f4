"""A folder of photos as a gallery: embedded once, kept as an index, and brought up to date when files come and go."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sbirlib.data.layouts.decode import decode
from sbirlib.data.layouts.files import together
from sbirlib.data.layouts.walk import PICTURES
from sbirlib.embedding import embed_pixels, origin_of
from sbirlib.models.contract import Model
from sbirlib.models.fingerprints import fingerprint
from sbirlib.runs.artifacts import code_digest
from sbirlib.runs.files import locked
from sbirlib.runs.pages import progress
from sbirlib.runs.paths import path
from sbirlib.search.engine import Card, Item
from sbirlib.search.files import read_gallery, write_gallery
from sbirlib.search.gallery import Gallery
from sbirlib.search.pictures import must_be_model

BLOCK = 128
"""Photos that are decoded at a time, in threads."""
DECODER = "sbirlib.data.layouts.decode"
SAVED = 8_192
"""New photos after which the index is written: what a kill can cost."""


@dataclass(frozen=True)
class Photo:
    """A file as it lies there; another size or time, and it is another photo."""

    name: str
    """Its path from the folder."""
    bytes: int
    modified: int

    @property
    def item(self) -> Item:
        return Item(self.name, {"bytes": self.bytes, "modified": self.modified})


@dataclass(frozen=True, eq=False)
class Indexed:
    """A folder's gallery, and what was done for it."""

    gallery: Gallery
    index: Path
    """The file it is kept in."""
    new: int
    """Photos that were embedded now."""
    skipped: tuple[str, ...]
    """What could not be decoded, each with the reason."""


def index_folder(model: Model, root: str | os.PathLike[str], index: str | os.PathLike[str] | None = None) -> Indexed:
    """All photos below a folder, as a gallery whose keys are their paths from there.

    The index is kept beside them, hidden, or in the build folder where nothing can be written there; `index` names
    another file. It is one for each model. A run that is killed goes on where the index was last written.
    """
    gallery = Gallery(must_be_model(model))
    root = Path(root).expanduser()
    if not root.is_dir():
        raise NotADirectoryError(f"a folder of photos was expected; got {root}")
    if index is not None and Path(index).suffix != ".safetensors":
        raise ValueError(f"an index is a .safetensors file; got {index}")
    photos = list(walked(root))
    if not photos:
        raise ValueError(f"there is no photo in {root}: files that end in {', '.join(PICTURES)} are looked for")
    before, file = places(root, gallery.digest) if index is None else (Path(index), Path(index))
    with locked(file):
        held = Held(before, file, card_of(model, root if index is not None else None), ours=index is None)
        missing = [photo for photo in photos if photo not in held.rows]
        skipped = embedded(model, root, missing, held) if missing else []
        here = [photo for photo in photos if photo in held.rows]
        if not here:
            raise ValueError(f"none of the {len(photos):,} photos in {root} can be decoded: {skipped[0]}")
        if len(missing) > len(skipped) or len(held.rows) > len(here):
            held.write(here)
    gallery.add_vectors(
        held.vectors(here),
        keys=[photo.name for photo in here],
        metadata=[{"file": str(root / photo.name)} for photo in here],
    )
    return Indexed(gallery, file, len(missing) - len(skipped), tuple(skipped))


def card_of(model: Model, root: Path | None) -> Card:
    """What an index follows from: the model with its code, the packages it is made of and how photos are decoded; and
    the folder, where the index does not lie in it."""
    facts = [
        origin_of(model) or fingerprint(model),
        code_digest(DECODER),
        None if root is None else str(root.resolve()),
    ]
    digest = hashlib.sha256(json.dumps(facts).encode(errors="surrogateescape")).hexdigest()[:16]
    return Card(type(model).__name__, digest, 0)


class Held:
    """What an index has (in the file `before`), and what is added to it (in `file`)."""

    def __init__(self, before: Path, file: Path, card: Card, ours: bool) -> None:
        self.file, self.card = file, card
        self.parts: list[Tensor] = []
        self.rows: dict[Photo, int] = {}
        """By photo, its place in the parts."""
        if not before.is_file():
            return
        try:
            tensors, items, other = read_gallery(before)
            photos = [Photo(item.key, **item.metadata) for item in items]
        except (ValueError, TypeError) as error:
            if ours:
                return  # a file of ours that was damaged is made again
            raise ValueError(f"{before} is no index of a folder, and is left as it is: {error}") from None
        if other.digest == card.digest:
            self.add(photos, tensors["vectors"])
        elif not ours:
            raise ValueError(f"{before} is the index of another folder or model ({other.model}): name another file")

    def add(self, photos: list[Photo], vectors: Tensor) -> None:
        start = sum(map(len, self.parts))
        self.rows |= {photo: start + number for number, photo in enumerate(photos)}
        self.parts.append(vectors)

    def vectors(self, photos: Iterable[Photo]) -> Tensor:
        """(n, d), in the order of the photos."""
        return torch.cat(self.parts)[[self.rows[photo] for photo in photos]]

    def write(self, photos: Collection[Photo]) -> None:
        vectors = self.vectors(photos)
        card = replace(self.card, dim=vectors.shape[1])
        write_gallery(self.file, {"vectors": [vectors]}, [photo.item for photo in photos], card)


def walked(root: Path) -> Iterator[Photo]:
    """Picture files by name, at any depth; what is hidden, empty or no file is left out."""
    for folder, inside, files in os.walk(root):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(PICTURES) and not name.startswith("."):
                file = Path(folder, name)
                if file.is_file():
                    facts = file.stat()
                    yield Photo(file.relative_to(root).as_posix(), facts.st_size, facts.st_mtime_ns)


def places(root: Path, digest: str) -> tuple[Path, Path]:
    """Where a folder's index for a model is read, and where it is written: beside the photos, if that may be."""
    beside = root / f".sbirlib-gallery-{digest}.safetensors"
    if os.access(root, os.W_OK):
        return beside, beside
    folder = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    own = path("artifacts", f"gallery-{folder}-{digest}.safetensors")
    return own if own.is_file() else beside, own


def embedded(model: Model, root: Path, photos: list[Photo], held: Held) -> list[str]:
    """Add the photos' vectors, and give what could not be decoded."""
    skipped: list[str] = []
    unsaved = 0
    blocks = [photos[start : start + BLOCK] for start in range(0, len(photos), BLOCK)]
    for block in progress(blocks, "indexing photos", unit=f"blocks of {BLOCK}"):
        pixels, wrong = decoded(root, block, model.size)
        skipped += wrong.values()
        fine = [number for number in range(len(block)) if number not in wrong]
        if fine:
            vectors = embed_pixels(model, torch.from_numpy(pixels[fine]).permute(0, 3, 1, 2), "photo")
            held.add([block[number] for number in fine], vectors)
        unsaved += len(fine)
        if unsaved >= max(SAVED, len(held.rows) // 4):  # all of it is written each time
            held.write(held.rows)
            unsaved = 0
    return skipped


def decoded(root: Path, photos: list[Photo], size: int) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], dict[int, str]]:
    """Photos as (n, size, size, 3), and those that are none, by number."""
    pixels, wrong = np.zeros((len(photos), size, size, 3), dtype=np.uint8), {}

    def one(number: int) -> None:
        try:
            pixels[number] = decode(root / photos[number].name, size)
        except (ValueError, OSError) as error:
            wrong[number] = str(error)

    together(one, len(photos))
    return pixels, dict(sorted(wrong.items()))

"""Pictures as a gallery takes them: an `ImageSet`, or files, PIL images and pixels; and as it shows them again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from sbirlib.data.imageset import ImageSet
from sbirlib.data.reading import Source, read_photo, read_sketch
from sbirlib.embedding import embed, embed_pixels
from sbirlib.models.contract import Model, kind_of

Several = ImageSet | Sequence[Source] | Tensor | NDArray[np.generic]
READERS: Mapping[str, Callable[[Source, int], Tensor]] = {"sketch": read_sketch, "photo": read_photo}
BATCH = 256


def several(given: Any) -> bool:
    """Whether these are several pictures, and not one: a set, a list, or pixels with four dimensions."""
    return isinstance(given, ImageSet | list | tuple) or (isinstance(given, Tensor | np.ndarray) and given.ndim == 4)


def embedded(model: Model, given: Several, modality: str) -> Tensor:
    """Several pictures of one modality as unit vectors (n, d); what can't be read is an error that says which."""
    if isinstance(given, ImageSet):
        if given.modality != modality:
            raise ValueError(f"{modality}= takes {plural(modality)}; these are {given!r}: {given.modality}=...")
        return embed(model, given)
    starts = range(0, len(given), BATCH)
    return torch.cat(
        [
            embed_pixels(model, pixels(given[start : start + BATCH], modality, model.size, start), modality)
            for start in starts
        ]
    )


def pixels(given: Several, modality: str, size: int, first: int = 0) -> Tensor:
    """Several pictures of one modality as a model takes them, (n, 3, size, size); they are counted from `first` on."""
    if isinstance(given, ImageSet):
        return given.pixels(size=size)
    return torch.stack(list(read(given, first, modality, size)))


def read(
    given: Sequence[Source] | Tensor | NDArray[np.generic], first: int, modality: str, size: int
) -> Iterator[Tensor]:
    for number, one in enumerate(given, first):
        try:
            yield READERS[modality](one, size)
        except (ValueError, TypeError, FileNotFoundError) as error:
            raise type(error)(f"{modality} {number}: {error}") from None


def file_of(given: Source) -> str | None:
    """Its path, where a picture is a file.

    >>> file_of("photos/cat/1.jpg"), file_of(torch.zeros(3, 8, 8))
    ('photos/cat/1.jpg', None)
    """
    return str(Path(given)) if isinstance(given, str) or hasattr(given, "__fspath__") else None


def plural(modality: str) -> str:
    return "sketches" if modality == "sketch" else "photos"


class Shown:
    """Where the pictures of rows are found: in sets of images that were added, in files that metadata names."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.sets: list[ImageSet] = []

    def remember(self, start: int, images: ImageSet) -> None:
        """The rows from `start` on are these."""
        self.starts.append(start)
        self.sets.append(images)

    def place(self, row: int) -> tuple[ImageSet, int] | None:
        """The set that a row was added from, and its number there."""
        place = bisect_right(self.starts, row) - 1
        if place >= 0 and row - self.starts[place] < len(self.sets[place]):
            return self.sets[place], row - self.starts[place]
        return None

    def pixels(self, row: int, metadata: Mapping[str, Any], size: int) -> Tensor:
        """As a model takes them, (3, size, size)."""
        if (own := self.place(row)) is not None:
            return own[0].pixels([own[1]], size)[0]
        if not isinstance(metadata.get("file"), str):
            raise ValueError(
                f"the picture of row {row} is not at hand: images that are added, or metadata['file'], have it"
            )
        return read_photo(metadata["file"], size)

    def picture(self, row: int, metadata: Mapping[str, Any], size: int) -> Image.Image | None:
        """At most `size` pixels a side; None where there is no picture, or no longer."""
        if (own := self.place(row)) is not None:
            return own[0].picture(own[1], size)
        file = metadata.get("file")
        if not isinstance(file, str):
            return None
        try:
            with Image.open(file) as opened:
                image = ImageOps.exif_transpose(opened).convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None
        image.thumbnail((size, size))
        return image


def must_be_model(model: Any) -> Model:
    if not isinstance(model, Model):
        raise TypeError(f"a gallery takes a Model, or none; got {kind_of(model)}")
    return model

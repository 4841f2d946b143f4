"""n sketches, or n photos: what they are (`Items`), what they look like (`Pictures`), what part they play."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from sbirlib.data.items import Items
from sbirlib.data.pictures import Ints, Pictures, Stroke

ROLES = ("train", "validation", "test")
"""An instance is trained on, selected on or tested on, never two of these."""

Rows = Tensor | Sequence[int] | NDArray[np.int64] | NDArray[np.bool_] | slice


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Pictures of one modality with their classes. `images[i]` is a picture to look at, `pixels` what a model takes.

    `rows` says which of `pictures` these are: a part of a set shares its pictures, and nothing is copied.
    """

    modality: str
    """sketch or photo"""
    items: Items
    classes: tuple[str, ...]
    """Names by label."""
    roles: NDArray[np.int64]
    """(n,) each item's place in `ROLES`."""
    pictures: Pictures
    rows: Ints
    size: int = 64
    """The side, in pixels, where none is asked for."""

    def __post_init__(self) -> None:
        if self.modality not in ("sketch", "photo"):
            raise ValueError(f"a modality is sketch or photo; got {self.modality!r}")
        for name in ("roles", "rows"):
            if len(getattr(self, name)) != len(self.items):
                raise ValueError(f"{name} has one entry an item, {len(self.items)}; got {len(getattr(self, name))}")

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Image.Image:
        if isinstance(index, slice):
            raise TypeError("one picture by its number was expected; .take(slice) gives a set of some")
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} {self.plural}; got {index}")
        return self.pictures.picture(int(self.rows[index]), max(self.size, 224))

    def __iter__(self) -> Iterator[Image.Image]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"{len(self):,} {self.plural} of {len(torch.unique(self.labels))} classes"

    @property
    def plural(self) -> str:
        return "sketches" if self.modality == "sketch" else "photos"

    @cached_property
    def id(self) -> str:
        """A digest of which pictures these are, in their order, at any size: the key of what is computed from them."""
        return hashlib.sha256(self.pictures.id.encode() + np.ascontiguousarray(self.rows).tobytes()).hexdigest()[:20]

    @property
    def identities(self) -> list[str]:
        """Whom each picture shows: two that have one identity must not be learnt from and tested on."""
        return [self.pictures.identity(row) for row in self.rows.tolist()]

    @property
    def labels(self) -> Tensor:
        return self.items.labels

    @property
    def keys(self) -> Sequence[str]:
        return self.items.keys

    @property
    def names(self) -> list[str]:
        """Each item's class by name."""
        return [self.classes[label] for label in self.labels.tolist()]

    @cached_property
    def of_class(self) -> dict[int, Ints]:
        """The items of each class that has any."""
        labels = self.labels.numpy()
        return {int(label): np.flatnonzero(labels == label) for label in np.unique(labels)}

    def take(self, which: Rows) -> ImageSet:
        """Some of them: by rows, by a mask, or by a slice.

        >>> import sbirlib as sb
        >>> photos = sb.load("world", per_class=2).photos
        >>> photos.take(photos.labels == 3)
        2 photos of 1 classes
        """
        chosen = positions(which, len(self))
        index = torch.from_numpy(chosen)
        i = self.items
        items = Items(
            labels=i.labels[index],
            seen=i.seen[index],
            keys=[i.keys[row] for row in chosen],
            instances=None if i.instances is None else i.instances[index],
            sources=None if i.sources is None else [i.sources[row] for row in chosen],
            trained=None if i.trained is None else i.trained[index],
        )
        return replace(self, items=items, roles=self.roles[chosen], rows=self.rows[chosen])

    def pixels(self, which: Rows | None = None, size: int | None = None) -> Tensor:
        """The pictures as (n, 3, size, size), uint8, RGB; of a benchmark of features, these, as (n, ...), float32."""
        rows = self.rows if which is None else self.rows[positions(which, len(self))]
        return self.pictures.tensors(rows, size or self.size)

    def picture(self, index: int, size: int) -> Image.Image:
        """One picture at any size."""
        return self.pictures.picture(int(self.rows[index]), size)

    def caption(self, index: int, verbose: bool = False) -> str:
        """Its caption; where nobody wrote one, its class: "a photo of a giraffe"."""
        written = self.pictures.caption(int(self.rows[index]), verbose)
        return written or phrase(self.modality, self.classes[int(self.labels[index])])

    def captions(self, verbose: bool = False) -> list[str]:
        return [self.caption(index, verbose) for index in range(len(self))]

    def attributes(self, index: int) -> Mapping[str, str]:
        """What is known of it beside its class."""
        return self.pictures.attributes(int(self.rows[index]))

    def strokes(self, index: int) -> list[Stroke]:
        """The pen's ways, (points, 2) each, from 0 to 1 over the picture."""
        strokes = self.pictures.strokes(int(self.rows[index]))
        if strokes is None:
            raise ValueError(f"these {self.plural} are pixels only: nobody kept the strokes of {self.keys[index]}")
        return strokes

    def parts(self, index: int, size: int | None = None) -> tuple[Ints, list[str]]:
        """What each pixel shows: (size, size) numbers into the names of parts, -1 where none is."""
        parts = self.pictures.parts(int(self.rows[index]), size or self.size)
        if parts is None:
            raise ValueError(f"nobody marked the parts of {self.keys[index]}: the drawn world knows its own")
        return parts

    def keep(self, size: int | None = None) -> ImageSet:
        """Draw or decode all pictures once, into a memory map that later runs open; gives the set back."""
        self.pictures.keep(size or self.size, label=self.plural)
        return self


def positions(which: Rows, count: int) -> Ints:
    """Rows, a mask or a slice as row numbers.

    >>> positions(slice(4, 0, -2), 5).tolist(), positions([True, False], 2).tolist()
    ([4, 2], [0])
    """
    everything = np.arange(count)
    if isinstance(which, slice):
        return everything[which].copy()
    asked = np.atleast_1d(np.asarray(which))
    chosen: Ints = everything[asked if len(asked) else np.zeros(0, dtype=np.int64)]
    return chosen


def word(name: str) -> str:
    """The word for a class: its name without what tells homonyms apart.

    >>> word("bat (animal)"), word("hot-air_balloon"), word("car_(sedan)")
    ('bat', 'hot-air balloon', 'car')
    """
    return name.replace("_", " ").split(" (")[0]


def phrase(modality: str, name: str) -> str:
    """The shortest caption.

    >>> phrase("sketch", "elephant")
    'a sketch of an elephant'
    """
    return f"a {modality} of {with_article(word(name))}"


def with_article(thing: str) -> str:
    """A cow, an owl."""
    return f"{'an' if thing[0].lower() in 'aeiou' else 'a'} {thing}"

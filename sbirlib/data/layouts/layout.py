"""What a collection looks like on disk: its rooms (folders of classes), its names, and how to get it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Counts = Mapping[str, Mapping[str, int]]
"""What a whole copy holds: by class, the number of sketches and of photos (or of paired and extended ones)."""


@dataclass(frozen=True)
class Room:
    """A folder that holds `<class>/<picture>`, or, of `lines`, `<class>.ndjson` with a drawing a line."""

    folder: str
    """Relative to the root, with / between its parts."""
    modality: str
    source: str = ""
    """paired or extend, for the photos of a collection that has both"""
    lines: bool = False

    @property
    def kind(self) -> str:
        """sketch, photo, paired or extend: what is counted apart."""
        return self.source or self.modality


def itself(room: Room, name: str) -> str | None:
    return name


def stem_alone(room: Room, name: str, stem: str) -> str:
    return stem


def nobody(name: str, stem: str) -> str | None:
    return ""


@dataclass(frozen=True)
class Layout:
    """One way to lay sketches and photos out. The functions say how to read it, and nothing touches a picture."""

    name: str
    title: str
    wants: str
    """What a root of this layout holds, in a line."""
    rooms: Callable[[Path], list[Room]]
    """The rooms that a root has; none where it is laid out in another way."""
    code: str
    """The module that says all this: an index made by another version of it is made anew."""
    class_of: Callable[[Room, str], str | None] = itself
    """A class folder's name to the class, as the split lists spell it; None where it is no class."""
    key_of: Callable[[Room, str, str], str] = stem_alone
    """(room, class, file name without extension) to the picture's name in its class."""
    photo_of: Callable[[str, str], str | None] = nobody
    """(class, sketch's name) to the name of the photo it was drawn from; "" where that is not told, None where the
    name is not one that a sketch has."""
    classes: tuple[str, ...] = ()
    """All class names, where the collection has a list."""
    default_split: str = ""
    expected: Counts = field(default_factory=dict)
    totals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Totals by kind, where nobody counted the classes: any of these is a whole copy."""
    remarks: tuple[str, ...] = ()
    """What is odd about the collection wherever it is."""
    obtain: str = ""


def first(root: Path, prefixes: Iterable[str], names: Iterable[str]) -> str | None:
    """The first folder there is, of `prefix + name`, prefixes before names."""
    names = tuple(names)
    return next((p + n for p in prefixes for n in names if (root / p / n).is_dir()), None)


def plain(name: str) -> str:
    """A class name without what spellings differ in.

    >>> plain("Hot-air balloon") == plain("hot_air_balloon")
    True
    """
    return re.sub(r"[ -]", "_", unicodedata.normalize("NFC", name).strip().lower())


def spelling(classes: Iterable[str], aliases: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """From every plain spelling to the class as `classes` spell it; `aliases` are (other spelling, class).

    >>> spelling(["t-shirt", "chandelier"], [("chandeler", "chandelier")])["t_shirt"]
    't-shirt'
    """
    known: dict[str, str] = {}
    for other, name in [*((name, name) for name in classes), *aliases]:
        if known.setdefault(plain(other), name) != name:
            raise ValueError(f"two classes have the spelling {other!r}: {known[plain(other)]} and {name}")
    return known

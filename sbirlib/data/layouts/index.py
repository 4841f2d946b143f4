"""The index: what a scan found, a row a picture, in one file of plain arrays that is read in a moment.

It lies beside the data as `.sbirlib-index-<layout>.npz`, or in the cache where the data can't be written to.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sbirlib.runs.files import locked, write_atomic
from sbirlib.runs.paths import path

Array = NDArray[Any]
FATAL = ("unreadable", "misnamed", "unknown class", "empty class", "two folders")
"""What stops a load, by the word that a problem begins with; the rest (stray files, links) is left aside in silence."""


@dataclass(frozen=True, eq=False)
class Index:
    """n pictures, and what else lay among them. Names are kept once and numbered; the rest is a row's own."""

    stamp: str
    """A digest of the folders as they were, and of the code that read them."""
    classes: tuple[str, ...]
    problems: tuple[str, ...]
    """The first is "": nothing is wrong."""
    rooms: tuple[str, ...]
    """The folders that were walked."""
    kinds: tuple[str, ...]
    """What each room holds: sketch, photo, paired or extend."""
    paths: list[str]
    """Relative to the root, with / between the parts."""
    keys: list[str]
    """class/name"""
    drawn_from: list[str]
    """Of a sketch, the key of its photo; "" where that is not told."""
    room: Array
    label: Array
    """The class, -1 where there is none."""
    problem: Array
    start: Array
    """Where in the file it begins: 0, or a drawing's place among those of its class."""
    length: Array
    """In bytes."""
    modified: Array
    width: Array
    height: Array
    checksum: Array
    """8 bytes of the BLAKE2 digest of its content."""

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def fatal(self) -> NDArray[np.bool_]:
        """What can't be used and should be there."""
        bad = np.array([text.startswith(FATAL) for text in self.problems])
        return np.asarray(bad[self.problem], dtype=np.bool_)

    @property
    def usable(self) -> NDArray[np.bool_]:
        return np.asarray(self.problem == 0, dtype=np.bool_)

    @property
    def present(self) -> list[str]:
        """The classes that have a picture that can be used."""
        return [self.classes[label] for label in np.unique(self.label[self.usable]) if label >= 0]

    def of_kind(self, kind: str) -> NDArray[np.bool_]:
        here = np.array([k == kind for k in self.kinds], dtype=np.bool_)
        return np.asarray(here[self.room], dtype=np.bool_) if len(self.kinds) else np.zeros(len(self), dtype=np.bool_)

    def said(self, row: int | np.integer[Any]) -> str:
        """A row and its problem in words."""
        return f"{self.paths[int(row)]} ({self.problems[self.problem[row]]})"


def pack(texts: list[str] | tuple[str, ...]) -> Array:
    """Names as one array of bytes: a name holds anything but a zero byte."""
    return np.frombuffer("\0".join(texts).encode(errors="surrogateescape"), dtype=np.uint8)


def unpack(packed: Array, count: int) -> list[str]:
    return packed.tobytes().decode(errors="surrogateescape").split("\0") if count else []


def to_bytes(index: Index) -> bytes:
    arrays: dict[str, Array] = {}
    for f in fields(index):
        value = getattr(index, f.name)
        if isinstance(value, str):
            value = (value,)
        if isinstance(value, list | tuple):
            arrays[f"{f.name}.count"], value = np.array(len(value)), pack(value)
        arrays[f.name] = value
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def from_file(file: Path) -> Index | None:
    """The index in `file`; None where there is none, or none that this version can read."""
    try:
        with open(file, "rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            found: dict[str, Any] = {}
            for f in fields(Index):
                value = arrays[f.name]
                if f"{f.name}.count" in arrays:
                    value = unpack(value, int(arrays[f"{f.name}.count"]))
                found[f.name] = value
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        return None
    for name in ("classes", "problems", "rooms", "kinds"):
        found[name] = tuple(found[name])
    return Index(**found | {"stamp": found["stamp"][0]})


def places(root: Path, layout: str) -> list[Path]:
    """Where an index may lie: beside the data, else in the cache."""
    digest = hashlib.sha256(str(root.resolve()).encode(errors="surrogateescape")).hexdigest()[:16]
    return [root / f".sbirlib-index-{layout}.npz", path("artifacts", f"index-{layout}-{digest}.npz")]


def kept(
    root: Path,
    layout: str,
    stamp: Callable[[], str],
    make: Callable[[str, Index | None], Index],
    anew: bool = False,
) -> Index:
    """The index as it was kept, if the folders are as they were; else `make(stamp, old)`, kept for the next time.

    Two processes that want it at once make it once, if they can write to the same folder. `anew` makes it in any case.
    """
    found, old = look(root, layout, stamp(), anew)
    for file in places(root, layout) if found is None else ():
        with held(file) as writable:
            if not writable:
                continue
            now = stamp()
            found, old = look(root, layout, now, anew)  # another process may have made it while this one waited
            if found is None:
                found = make(now, old)
                write_atomic(file, to_bytes(found))
            return found
    if found is None:
        found = make(stamp(), old)
        where = " nor ".join(str(file.parent) for file in places(root, layout))
        warnings.warn(f"neither {where} can be written to: {root} is scanned again the next time", stacklevel=2)
    return found


def look(root: Path, layout: str, stamp: str, anew: bool) -> tuple[Index | None, Index | None]:
    """An index of this very stamp, and one by the same code: an older one still knows most of the files."""
    files = [from_file(file) for file in places(root, layout)]
    code = stamp.split()[0]
    found = [index for index in files if index is not None and index.stamp.split()[:1] == [code]]
    return next((index for index in found if index.stamp == stamp and not anew), None), next(iter(found), None)


@contextmanager
def held(file: Path) -> Iterator[bool]:
    """Hold the lock of `file`, or say that nothing can be written there."""
    with ExitStack() as stack:
        try:
            # a folder without any right to write is left as it is by those, too, who may do everything
            closed = file.parent.exists() and not file.parent.stat().st_mode & 0o222
            writable = not closed
            if writable:
                stack.enter_context(locked(file))
        except OSError:
            writable = False
        yield writable

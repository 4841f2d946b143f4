"""Pictures that lie in files: decoded in threads, or, once kept, read from a memory map."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sbirlib.data.layouts.decode import FITS, decode
from sbirlib.data.layouts.drawing import PEN, parse
from sbirlib.data.pens import inked
from sbirlib.data.pictures import Bytes, Ints, Pictures, Stroke

Captions = Mapping[str, tuple[str, str]]
"""By path: the short caption and the verbose one, "" where there is none."""


class OnDisk(Pictures):
    """n pictures below `root`. Subclasses say how one of them becomes pixels (`one`)."""

    def __init__(
        self,
        root: Path,
        paths: Sequence[str],
        checksums: NDArray[np.uint64],
        *,
        kind: str,
        captions: Captions | None = None,
        skipped: Sequence[str] = (),
    ) -> None:
        self.root, self.paths, self.checksums = root.absolute(), list(paths), checksums
        self.captions = captions or {}
        self.skipped = tuple(skipped)
        """What was left out of this benchmark (`skip=True`), and why."""
        self.id = hashlib.sha256(f"{kind} ".encode() + checksums.tobytes()).hexdigest()[:20]
        self.words = hashlib.sha256(repr(sorted(self.captions.items())).encode()).hexdigest()[:20] if captions else ""

    def __len__(self) -> int:
        return len(self.paths)

    def one(self, row: int, size: int) -> Bytes:
        raise NotImplementedError

    def draw(self, rows: Ints, size: int) -> Bytes:
        out = np.empty((len(rows), size, size, 3), dtype=np.uint8)

        def into(place: int) -> None:
            out[place] = self.one(int(rows[place]), size)

        together(into, len(rows))
        return out

    def caption(self, row: int, verbose: bool) -> str | None:
        short, long = self.captions.get(self.paths[row], ("", ""))
        return (long or short if verbose else short) or None

    def identity(self, row: int) -> str:
        return f"{self.checksums[row]:x}"


class FilePictures(OnDisk):
    """Picture files, fitted into a square."""

    code = ("sbirlib.data.layouts.decode",)

    def __init__(
        self,
        root: Path,
        paths: Sequence[str],
        checksums: NDArray[np.uint64],
        *,
        lengths: Ints,
        modified: Ints,
        fit: str = "crop",
        pad: int = 255,
        captions: Captions | None = None,
        skipped: Sequence[str] = (),
    ) -> None:
        if fit not in FITS:
            raise ValueError(f"pictures are fitted by {', '.join(FITS)}; got {fit!r}")
        super().__init__(root, paths, checksums, kind=f"files {fit} {pad}", captions=captions, skipped=skipped)
        self.fit, self.pad = fit, pad
        self.lengths, self.modified = lengths, modified

    def one(self, row: int, size: int) -> Bytes:
        status = (self.root / self.paths[row]).stat()
        if (status.st_size, status.st_mtime_ns) != (self.lengths[row], self.modified[row]):
            raise ValueError(
                f"{self.root / self.paths[row]} was changed after it was indexed: "
                f"python -m sbirlib.data check {self.root} looks at all files again"
            )
        return decode(self.root / self.paths[row], size, fit=self.fit, pad=self.pad)


class StrokePictures(OnDisk):
    """Drawings as lines of `.ndjson` files: where each begins and how long it is."""

    code = ("sbirlib.data.layouts.drawing",)

    def __init__(
        self,
        root: Path,
        paths: Sequence[str],
        checksums: NDArray[np.uint64],
        starts: Ints,
        lengths: Ints,
        *,
        skipped: Sequence[str] = (),
    ) -> None:
        super().__init__(root, paths, checksums, kind="strokes", skipped=skipped)
        self.starts, self.lengths = starts, lengths

    def strokes(self, row: int) -> list[Stroke]:
        with open(self.root / self.paths[row], "rb") as file:
            file.seek(int(self.starts[row]))
            line = file.read(int(self.lengths[row]))
        try:
            return parse(line)
        except (KeyError, TypeError, ValueError) as error:
            where = f"{self.root / self.paths[row]}, at byte {self.starts[row]}"
            raise ValueError(
                f"{where}: a drawing is {{'drawing': [[xs, ys], ...]}}; got {line[:40]!r} ({error})"
            ) from None

    def one(self, row: int, size: int) -> Bytes:
        return inked(self.strokes(row), size, PEN)


def together(work: Callable[[int], None], count: int) -> None:
    """Do `work` on 0 .. count - 1 in threads: decoders let other threads run. The first error is raised."""
    threads = min(8, os.cpu_count() or 1, count)
    if threads <= 1:
        for place in range(count):
            work(place)
        return

    places = iter(range(count))  # whoever is done takes the next: no thread waits for a slow picture

    def share(_: int) -> None:
        for place in places:
            work(place)

    list(pool(threads, os.getpid()).map(share, range(threads)))


@cache
def pool(threads: int, process: int) -> ThreadPoolExecutor:
    """Threads that stay: each new one would start torch's own threads anew. A forked process has pools of its own."""
    return ThreadPoolExecutor(max_workers=threads, thread_name_prefix="decode")

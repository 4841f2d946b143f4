"""Where pixels come from: a world that is drawn, files that are decoded, strokes that are inked. One shape for all.

A subclass says what its pictures are (`id`) and draws some of them (`draw`); whatever else is known of a picture
(a caption, attributes, strokes) it may tell as well. What was drawn once can be kept as a memory map.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from sbirlib.runs.artifacts import kept_artifact
from sbirlib.runs.files import write_rows
from sbirlib.runs.pages import progress

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Stroke = NDArray[np.float64]
"""(points, 2): x to the right and y downwards, both from 0 to 1 over the picture."""

BLOCK = 256


class Pictures:
    """n pictures, by row. Subclasses give `id`, `__len__` and `draw`."""

    id: str
    """A digest of what the pictures are: the same id means the same pixels at every size."""
    words: str = ""
    """A digest of the captions, where they do not follow from `id`."""
    code: Sequence[str] = ()
    """The modules that draw them: what was kept is drawn anew when their source changes."""
    varied: bool = True
    """Whether a batch may show them moved, mirrored and in other colours."""

    def __len__(self) -> int:
        raise NotImplementedError

    def draw(self, rows: Ints, size: int) -> Bytes:
        """The pictures of `rows` as (len(rows), size, size, 3), RGB."""
        raise NotImplementedError

    def identity(self, row: int) -> str:
        """Whom the picture shows, whatever collection it is met in; without more knowledge, itself."""
        return f"{self.id}/{row}"

    def caption(self, row: int, verbose: bool) -> str | None:
        """What a person would write below the picture, where somebody has."""
        return None

    def attributes(self, row: int) -> Mapping[str, str]:
        """What the caption says, as data."""
        return {}

    def strokes(self, row: int) -> list[Stroke] | None:
        """The pen's ways, where they are known."""
        return None

    def parts(self, row: int, size: int) -> tuple[Ints, list[str]] | None:
        """What each pixel shows: (size, size) numbers into the names of parts, -1 where none is; where it is known."""
        return None

    def pixels(self, rows: Ints, size: int) -> Bytes:
        """The pictures of `rows`, from the memory map where `keep` has made one."""
        kept = self.kept(size)
        return self.draw(rows, size) if kept is None else np.asarray(kept[rows])

    def tensors(self, rows: Ints, size: int) -> Tensor:
        """What a model takes of the pictures of `rows`: (len(rows), 3, size, size), uint8."""
        if not len(rows):
            return torch.empty(0, 3, size, size, dtype=torch.uint8)
        return torch.from_numpy(self.pixels(rows, size)).permute(0, 3, 1, 2)

    def picture(self, row: int, size: int) -> Image.Image:
        """One picture, to look at."""
        return Image.fromarray(self.draw(np.array([row]), size)[0])

    def kept(self, size: int) -> Bytes | None:
        """The memory map of all pictures at this size, if this process has asked for it to be kept."""
        maps: dict[int, Bytes] = self.__dict__.setdefault("maps", {})
        return maps.get(size)

    def keep(self, size: int, label: str = "pictures") -> None:
        """Draw all pictures once for all runs on this machine: an uint8 memory map in the build folder."""
        if self.kept(size) is not None or len(self) == 0:
            return

        def make(folder: Path) -> None:
            blocks = [np.arange(start, min(start + BLOCK, len(self))) for start in range(0, len(self), BLOCK)]
            shown = progress(blocks, f"{label} at {size} px", unit=f"blocks of {BLOCK}")
            write_rows(folder / "pixels.npy", (self.draw(block, size) for block in shown), len(self))

        folder = kept_artifact("pixels", make, key={"pictures": self.id, "size": size}, code=self.code, what=label)
        if folder is None:
            return
        self.__dict__["maps"][size] = np.load(folder / "pixels.npy", mmap_mode="r")

    def __getstate__(self) -> dict[str, object]:
        # a process that receives these pictures opens the maps by itself: a memory map would travel as bytes
        maps = self.__dict__.get("maps", {})
        return {**self.__dict__, "maps": {size: os.fspath(kept.filename) for size, kept in maps.items()}}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        files = self.__dict__["maps"]
        self.__dict__["maps"] = {size: np.load(file, mmap_mode="r") for size, file in files.items()}


class Joined(Pictures):
    """Several sources one after another, as one."""

    def __init__(self, parts: Sequence[Pictures]) -> None:
        self.several = list(parts)
        self.starts = np.cumsum([0, *(len(part) for part in self.several)])
        self.id = "+".join(part.id for part in self.several)
        self.words = "+".join(part.words for part in self.several)
        self.code = [module for part in self.several for module in part.code]
        self.varied = self.several[0].varied if self.several else True
        if any(part.varied != self.varied for part in self.several):
            raise ValueError("features and pictures were joined: all of them are to go through the network, or none")

    def __len__(self) -> int:
        return int(self.starts[-1])

    def find(self, row: int) -> tuple[Pictures, int]:
        part = int(np.searchsorted(self.starts, row, side="right")) - 1
        return self.several[part], int(row - self.starts[part])

    def draw(self, rows: Ints, size: int) -> Bytes:
        out = np.empty((len(rows), size, size, 3), dtype=np.uint8)
        owner = np.searchsorted(self.starts, rows, side="right") - 1
        for number in np.unique(owner):
            mine = owner == number
            out[mine] = self.several[number].pixels(rows[mine] - self.starts[number], size)
        return out

    def tensors(self, rows: Ints, size: int) -> Tensor:
        if self.varied:
            return super().tensors(rows, size)
        return torch.stack([part.tensors(np.array([own]), size)[0] for part, own in map(self.find, rows.tolist())])

    def identity(self, row: int) -> str:
        part, own = self.find(row)
        return part.identity(own)

    def caption(self, row: int, verbose: bool) -> str | None:
        part, own = self.find(row)
        return part.caption(own, verbose)

    def attributes(self, row: int) -> Mapping[str, str]:
        part, own = self.find(row)
        return part.attributes(own)

    def strokes(self, row: int) -> list[Stroke] | None:
        part, own = self.find(row)
        return part.strokes(own)

    def parts(self, row: int, size: int) -> tuple[Ints, list[str]] | None:
        part, own = self.find(row)
        return part.parts(own, size)

    def picture(self, row: int, size: int) -> Image.Image:
        part, own = self.find(row)
        return part.picture(own, size)

"""Pictures that a frozen network has looked at: for models that learn from its features, and for which it is too slow.

Everything else that is known of them, how they look, their captions and strokes, is still there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sbirlib.data.pictures import Bytes, Floats, Ints, Pictures, Stroke


class Features(Pictures):
    """What a network gave for the pictures `rows` of `shown`: `values` (n, ...), float32; a memory map stays one."""

    varied = False

    def __init__(self, shown: Pictures, rows: Ints, values: Floats, made_by: str) -> None:
        if len(values) != len(rows):
            raise ValueError(f"features have one row a picture, {len(rows):,}; got {len(values):,}")
        self.shown, self.values = shown, values
        self.place = np.full(len(shown), -1)
        self.place[rows] = np.arange(len(rows))
        self.id, self.words, self.code = f"{shown.id}@{made_by}", shown.words, shown.code

    def __len__(self) -> int:
        return len(self.shown)

    def tensors(self, rows: Ints, size: int) -> Tensor:
        places = self.place[rows]
        if (places < 0).any():
            raise ValueError(f"the network has not looked at picture {rows[places < 0][0]}")
        return torch.from_numpy(np.ascontiguousarray(self.values[places]))

    def draw(self, rows: Ints, size: int) -> Bytes:
        return self.shown.pixels(rows, size)

    def keep(self, size: int, label: str = "pictures") -> None:
        """There is nothing to keep: a frozen network's features are drawn once and for all."""

    def picture(self, row: int, size: int) -> Image.Image:
        return self.shown.picture(row, size)

    def identity(self, row: int) -> str:
        return self.shown.identity(row)

    def caption(self, row: int, verbose: bool) -> str | None:
        return self.shown.caption(row, verbose)

    def attributes(self, row: int) -> Mapping[str, str]:
        return self.shown.attributes(row)

    def strokes(self, row: int) -> list[Stroke] | None:
        return self.shown.strokes(row)

    def parts(self, row: int, size: int) -> tuple[Ints, list[str]] | None:
        return self.shown.parts(row, size)

    def __getstate__(self) -> dict[str, object]:
        mapped = isinstance(self.values, np.memmap)
        return {**super().__getstate__(), "values": os.fspath(self.values.filename) if mapped else self.values}  # type: ignore[attr-defined]

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if isinstance(self.values, str):
            self.values = np.load(self.values, mmap_mode="c")

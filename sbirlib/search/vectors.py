"""Vectors that grow without being moved: blocks of rows, one after another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import torch
from torch import Tensor

BLOCK = 2**16
"""Rows of a block that is made to grow: what is reserved and not yet used is at most this much, or a half of it all."""


class Vectors:
    """Float32 rows (n, d) on one device.

    >>> held = Vectors()
    >>> held.add(torch.eye(3)); held.add(torch.ones(1, 3))
    >>> len(held), held.take(torch.tensor([3, 0])).tolist()
    (4, [[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
    """

    def __init__(self, device: torch.device | str | None = None) -> None:
        self.device = torch.device(device or "cpu")
        self.blocks: list[Tensor] = []
        self.starts: list[int] = []
        self.count = 0
        self.spare = 0
        """Rows of the last block that are not used yet."""

    def __len__(self) -> int:
        return self.count

    def add(self, rows: Tensor) -> None:
        """Copy rows to the end."""
        while len(rows):
            if not self.spare:
                self.reserve(max(len(rows), min(BLOCK, self.count)), rows.shape[1])
            fits = min(self.spare, len(rows))
            used = len(self.blocks[-1]) - self.spare
            self.blocks[-1][used : used + fits].copy_(rows[:fits])
            self.spare, self.count, rows = self.spare - fits, self.count + fits, rows[fits:]

    def adopt(self, rows: Tensor) -> None:
        """Take rows as they are, a memory map say, without a copy."""
        if self.spare:
            raise ValueError("rows are adopted before others are added")
        self.blocks.append(rows.to(self.device))
        self.starts.append(self.count)
        self.count += len(rows)

    def reserve(self, rows: int, width: int) -> None:
        self.blocks.append(torch.empty(rows, width, device=self.device))
        self.starts.append(self.count)
        self.spare = rows

    def filled(self) -> Iterator[tuple[int, Tensor]]:
        """Every block's rows with the number of its first."""
        for start, block in zip(self.starts, self.blocks, strict=True):
            yield start, block[: self.count - start]

    def take(self, rows: Tensor) -> Tensor:
        """Some rows by their numbers, (m,) on the CPU: (m, d)."""
        if len(self.blocks) == 1:
            return self.blocks[0][rows.to(self.device)]
        out = torch.empty(len(rows), self.blocks[0].shape[1], device=self.device)
        numbers = rows.tolist()
        owner = torch.tensor([bisect_right(self.starts, row) - 1 for row in numbers])
        for block in sorted(set(owner.tolist())):
            mine = owner == block
            out[mine.to(self.device)] = self.blocks[block][(rows[mine] - self.starts[block]).to(self.device)]
        return out

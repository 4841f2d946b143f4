"""Exact search: every row is compared with every query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from sbirlib.search.engine import Item, Listed, State, saved_vectors
from sbirlib.search.nearest import nearest
from sbirlib.search.vectors import Vectors


class Exact(Listed):
    """The k nearest by inner product, all of them, equal scores by the lower row; on `device`, where the vectors lie.

    Memory: 4 bytes a number for the vectors, and at most 64 MiB of scores (`nearest.py`). On two cores, one
    query among a million 512-d vectors (2 GB) takes about 0.1 s, and a hundred at once about 0.7
    (benchmarks/search.py).
    """

    def __init__(self, device: torch.device | str | None = None) -> None:
        super().__init__()
        self.vectors = Vectors(device)

    def add(self, vectors: Tensor, items: Sequence[Item]) -> None:
        self.vectors.add(vectors)
        self.held += items

    def search(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        return nearest(self.vectors, queries, k)

    def state(self) -> State:
        return {"vectors": [block for _, block in self.vectors.filled()]}

    def restore(self, state: Mapping[str, Tensor], items: list[Item]) -> None:
        """The file's vectors stay where they are, in a memory map, unless there is a device to bring them to."""
        self.vectors.adopt(saved_vectors(state))
        self.held = items

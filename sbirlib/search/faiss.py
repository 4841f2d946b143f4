"""Search by FAISS, an optional extra (pip install 'sbirlib[search]'): flat, or an inverted file that looks at a part.

Imported when an engine is made, and not before: on macOS the wheels of faiss and torch bring an OpenMP library each,
and a process that loads both may crash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from sbirlib.runs.optional import require
from sbirlib.search.engine import Item, Listed, State, saved_vectors
from sbirlib.search.nearest import ordered_found

KINDS = ("flat", "ivf")
BLOCK = 2**16


class Faiss(Listed):
    """FAISS by inner product, on the CPU.

    flat  IndexFlatIP: every row, as `Exact` does it, with FAISS's own float32 sums and its own order among near ties
    ivf   IndexIVFFlat: rows lie in `lists` cells around centres, and a query looks into the `probes` nearest cells:
          faster, and some of the true neighbours are missed; with probes = lists none is, and with few of them fewer
          than k may be found. The centres (k-means) are learnt from what is added first: at least as many vectors as
          lists, better 39 times as many, and like the rest

    `own` products are FAISS's, and not those of the BLAS that came with it.
    """

    def __init__(self, kind: str = "flat", *, lists: int = 1024, probes: int = 16, own: bool = True) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"an index of faiss is {' or '.join(KINDS)} here; got {kind!r}")
        if not 1 <= probes <= lists:
            raise ValueError(f"probes are 1 to the number of lists, {lists}; got {probes}")
        self.faiss: Any = require("faiss", extra="search")
        self.kind, self.lists, self.probes, self.own = kind, lists, probes, own
        self.index: Any = None

    def add(self, vectors: Tensor, items: Sequence[Item]) -> None:
        if self.index is None:
            self.index = self.made(vectors)
        for start in range(0, len(vectors), BLOCK):
            with self.own_products():  # cells are looked for
                self.index.add(vectors[start : start + BLOCK].contiguous().numpy())
        self.held += items

    def made(self, vectors: Tensor) -> Any:
        """An empty index; one with cells learns them from the vectors."""
        dim = vectors.shape[1]
        flat = self.faiss.IndexFlatIP(dim)
        if self.kind == "flat":
            return flat
        if len(vectors) < self.lists:
            raise ValueError(f"{self.lists} lists are learnt from as many vectors or more; got {len(vectors)}")
        index = self.faiss.IndexIVFFlat(flat, dim, self.lists, self.faiss.METRIC_INNER_PRODUCT)
        with self.own_products():
            index.train(vectors.contiguous().numpy())
        return index

    def search(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        if self.kind == "ivf":
            self.index.nprobe = self.probes
        with self.own_products():
            scores, rows = self.index.search(queries.contiguous().numpy(), k)
        return ordered_found(torch.from_numpy(scores), torch.from_numpy(rows))

    @contextmanager
    def own_products(self) -> Iterator[None]:
        """FAISS hands 20 queries or more to the OpenBLAS of its wheel, which may be many times slower than what FAISS
        does by itself (its issue 4925; benchmarks/search.py). The setting is the process's, and put back."""
        settings = self.faiss.cvar
        before = settings.distance_compute_blas_threshold
        settings.distance_compute_blas_threshold = 2**30 if self.own else before
        try:
            yield
        finally:
            settings.distance_compute_blas_threshold = before

    def state(self) -> State:
        if self.kind == "ivf":
            self.index.make_direct_map()
        starts = range(0, len(self), BLOCK)
        parts = [self.index.reconstruct_n(start, min(BLOCK, len(self) - start)) for start in starts]
        return {"vectors": [torch.from_numpy(part) for part in parts]}

    def restore(self, state: Mapping[str, Tensor], items: list[Item]) -> None:
        self.add(saved_vectors(state), items)

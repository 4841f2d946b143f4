"""Search among binary codes: 64 bits an image in place of 512 numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from sbirlib.search.engine import Card, Item, Listed, State
from sbirlib.search.hamming import Words, nearest_codes, pack
from sbirlib.search.itq import SAMPLE, Itq

BLOCK = 2**14
"""Vectors that are coded at a time."""


class Codes(Listed):
    """Codes by ITQ, searched by the bits that differ, h: score 1 - 2 h / bits, which is the codes' cosine.

    The vectors are dropped: a million images are 8 MB of 64 bits. What the codes are is learnt from what is added
    first (more than `bits` vectors; from `sample` of them, drawn with `seed`, where they are more), unless an `itq` is
    given; what is added later is coded in the same way, so that the first had better be like the rest, and not one
    class. Many images have one distance, and the lower row comes first.

    `query_mean` (d,) takes the place of the gallery's mean in the codes of queries: for sketches among photos, the
    mean of sketches that may be known, such as `sb.embed(model, bench.seen.sketches).mean(0)` (itq.py says why).
    """

    def __init__(
        self,
        bits: int = 64,
        *,
        seed: int = 0,
        sample: int = SAMPLE,
        itq: Itq | None = None,
        query_mean: Tensor | None = None,
    ) -> None:
        super().__init__()
        if bits < 1:
            raise ValueError(f"bits are 1 or more; got {bits}")
        self.bits, self.seed, self.sample = bits if itq is None else itq.bits, seed, sample
        self.itq, self.query_mean = itq, query_mean
        self.parts: list[Words] = []

    def start(self, card: Card) -> None:
        mean = self.query_mean
        if mean is not None and mean.shape != (card.dim,):
            raise ValueError(f"query_mean is one vector of {card.dim} numbers; got {tuple(mean.shape)}")
        super().start(card)

    def add(self, vectors: Tensor, items: Sequence[Item]) -> None:
        self.itq = self.itq or Itq.fit(vectors, self.bits, seed=self.seed, sample=self.sample)
        self.parts += [pack(self.itq.codes(some)) for some in torch.split(vectors, BLOCK)]
        self.held += items

    def search(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        assert self.itq is not None  # it was learnt when the first were added
        asked = pack(self.itq.codes(queries, self.query_mean))
        distances, rows = nearest_codes(asked, self.codes(), k)
        return 1 - 2 * torch.from_numpy(distances).float() / self.bits, torch.from_numpy(rows)

    def codes(self) -> Words:
        """All codes, (n, words)."""
        if len(self.parts) > 1:
            self.parts = [np.concatenate(self.parts)]
        return self.parts[0]

    def state(self) -> State:
        assert self.itq is not None
        state = {"codes": [torch.from_numpy(self.codes().view(np.uint8))]}
        state |= {name: [getattr(self.itq, name)] for name in ("mean", "projection", "rotation")}
        return state if self.query_mean is None else state | {"query_mean": [self.query_mean.float()]}

    def restore(self, state: Mapping[str, Tensor], items: list[Item]) -> None:
        """Codes as they were saved (and then their number of bits is the file's), or codes of saved vectors."""
        if "codes" not in state:
            return self.add(state["vectors"], items)
        self.itq = Itq(state["mean"], state["projection"], state["rotation"])
        self.bits = self.itq.bits
        self.query_mean = state.get("query_mean") if self.query_mean is None else self.query_mean
        self.parts, self.held = [state["codes"].numpy().view(np.uint64)], items
        return None

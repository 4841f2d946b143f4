"""Where a query's relevant items stand in its ranking: all that any metric of this room needs to know.

A ranking of 50,000 photos matters to a metric only through the few hundred relevant ones, and through how many
others score higher or the same. So no metric here looks at a sorted gallery, and all of them share these numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Hits:
    """The standing of the relevant items of Q queries, best first: for the j-th relevant item of a query,

    `above`   (Q, R)  items with a higher score; padding, where a query has fewer than R relevant items, says N
    `tied`    (Q, R)  items with the same score, itself among them
    `before`  (Q, R)  relevant items with a higher score
    `mates`   (Q, R)  relevant items with the same score, itself among them
    `relevant` (Q,)   how many relevant items the query has
    `gallery`         N, the number of items ranked
    `strict`          no relevant item shares its score with another item
    `expected`        ties stand for every order of their items (see ties.py)

    Where it is strict, `tied` and `mates` are (1, 1) ones and `before` is (1, R): 0, 1, 2, ...
    """

    above: Tensor
    tied: Tensor
    before: Tensor
    mates: Tensor
    relevant: Tensor
    gallery: int
    strict: bool = True
    expected: bool = False

    def head(self, k: int) -> Hits:
        """The same, without the items that cannot be in the top k: without ties, all from the k-th relevant one on."""
        if not self.strict or k >= self.above.shape[1]:
            return self
        return Hits(self.above[:, :k], self.tied, self.before[:, :k], self.mates, self.relevant, self.gallery)


def untied(above: Tensor, relevant: Tensor, gallery: int) -> Hits:
    """Hits without ties, from the number of items above each relevant one, (Q, R), ascending in each row."""
    one = above.new_ones(1, 1)
    return Hits(above, one, torch.arange(above.shape[1], device=above.device)[None], one, relevant, gallery)


def with_ties(above: Tensor, tied: Tensor, relevant: Tensor, gallery: int) -> Hits:
    """Hits from the items above, and tied with, each relevant one; both (Q, R), `above` ascending in each row."""
    above = above.contiguous()
    before = torch.searchsorted(above, above)
    mates = torch.searchsorted(above, above, right=True) - before
    return Hits(above, tied, before, mates, relevant, gallery, strict=False)


def ranked(relevance: Tensor) -> Hits:
    """Hits of rankings that are given: `relevance` (Q, N) is 1 where the item in that place is relevant, else 0.

    >>> ranked(torch.tensor([[1, 0, 0, 1], [0, 0, 1, 0]])).above + 1   # the places of the relevant; 5 pads
    tensor([[1, 4],
            [3, 5]])
    """
    if relevance.ndim != 2 or relevance.shape[1] == 0:
        raise ValueError(f"ranked relevance is (queries, places), with a place at least; got {tuple(relevance.shape)}")
    if relevance.dtype != torch.bool:
        if bool(((relevance != 0) & (relevance != 1)).any()):
            raise ValueError("ranked relevance is 0 or 1 (or bool); got other values")
        relevance = relevance != 0
    queries, gallery = relevance.shape
    relevant = relevance.sum(dim=1)
    above = relevant.new_full((queries, max(1, int(relevant.max()) if queries else 1)), gallery)
    rows, places = relevance.nonzero(as_tuple=True)
    first = relevant.cumsum(0) - relevant
    above[rows, torch.arange(len(rows), device=rows.device) - first[rows]] = places
    return untied(above, relevant, gallery)


def as_hits(hits: Tensor | Hits) -> Hits:
    return hits if isinstance(hits, Hits) else ranked(hits)

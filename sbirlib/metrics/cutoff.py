"""What is found in the top k: precision under each of its names, recall and accuracy, reciprocal rank, nDCG.

With h(k) relevant items in the top k of N, R relevant in all:

    p/k@k         h(k) / k
    p/min_kN@k    h(k) / min(k, N)                     SAKE's code
    p/min_kR@k    h(min(k, R)) / min(k, R)             ZSE-SBIR's and MA-SBIR's code
    p/rank_k+1@k  1 if the item in place k + 1 is relevant, else 0: doodle2search's commented-out code, by accident
    recall@k      h(k) / R
    acc@k         1 if h(k) > 0, else 0                fine-grained retrieval: R = 1, and acc = recall
    mrr           1 / (place of the first relevant item)
    ndcg@k        sum_{n_j <= k} 1 / log2(1 + n_j), over the same sum of a perfect list

Ties: where k cuts a group of tied items, h(k) takes an equal share of its relevant ones; that is the mean over all
orders, so `grouped` and `expected` agree on all but two. Under `grouped`, acc is min(1, h(k)), and the reciprocal
rank is the precision at the first threshold with a relevant item, so that it equals AP where R = 1.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from sbirlib.metrics.ap import choose, share
from sbirlib.metrics.hits import Hits, as_hits


def found(hits: Hits, k: int | Tensor) -> Tensor:
    """h(k), the relevant items in the top k, (Q,)."""
    if isinstance(k, int):
        return share(hits.head(k), min(k, hits.gallery)).sum(dim=1)  # beyond N there is only padding
    return share(hits, k[:, None]).sum(dim=1)


def precision_at(hits: Tensor | Hits, k: int, by: str) -> Tensor:
    """`p/<by>@k` (Q,): the relevant share of the top k, `by` k, min_kN, min_kR or rank_k+1.

    >>> [precision_at(torch.tensor([[1, 0, 1, 0]]), 3, by).item() for by in ("k", "min_kR", "rank_k+1")]
    [0.6666666666666666, 0.5, 0.0]
    """
    hits = as_hits(hits)
    if by == "rank_k+1":
        return found(hits, k + 1) - found(hits, k)
    if by == "min_kR":
        cut = hits.relevant.clamp(1, k)
        return found(hits, cut) / cut
    return found(hits, k) / (min(k, hits.gallery) if by == "min_kN" else k)


def recall_at(hits: Tensor | Hits, k: int) -> Tensor:
    """`recall@k` (Q,): the share of the relevant items that the top k holds.

    >>> recall_at(torch.tensor([[1, 0, 1, 0]]), 2)
    tensor([0.5000], dtype=torch.float64)
    """
    hits = as_hits(hits)
    return found(hits, k) / hits.relevant.clamp_min(1)


def accuracy_at(hits: Tensor | Hits, k: int) -> Tensor:
    """`acc@k` (Q,): 1 where a relevant item is in the top k.

    >>> accuracy_at(torch.tensor([[0, 0, 1, 0], [1, 0, 1, 0]]), 2)
    tensor([0., 1.], dtype=torch.float64)
    """
    hits = as_hits(hits)
    if hits.strict or not hits.expected:
        return found(hits, k).clamp_max(1)
    above, tied, mates = hits.above[:, 0], hits.tied[:, 0], hits.mates[:, 0]
    places = (k - above).clamp(min=torch.zeros_like(tied), max=tied)
    misses = tied - mates  # none inside: the places hold only these
    none = (choose(misses, places.minimum(misses)) - choose(tied, places)).exp()
    return 1 - torch.where(places > misses, 0.0, none)


def reciprocal_rank(hits: Tensor | Hits) -> Tensor:
    """`mrr` (Q,): one over the place of the first relevant item.

    >>> reciprocal_rank(torch.tensor([[0, 0, 1, 1]]))
    tensor([0.3333], dtype=torch.float64)
    """
    hits = as_hits(hits)
    above, tied, mates = (t.expand_as(hits.above)[:, 0] for t in (hits.above, hits.tied, hits.mates))
    first = torch.where(above < hits.gallery, mates.double() / (above + tied), 0.0)
    if hits.expected:
        for row in ((tied > 1) & (above < hits.gallery)).nonzero()[:, 0].tolist():
            a, t, r = int(above[row]), int(tied[row]), int(mates[row])
            m = torch.arange(1, t - r + 2, dtype=torch.float64, device=first.device)  # the group's first relevant place
            first[row] = ((choose(t - m, r - 1) - choose(t, r)).exp() / (a + m)).sum()
    return first


def ndcg_at(hits: Tensor | Hits, k: int) -> Tensor:
    """`ndcg@k` (Q,): discounted gain over a perfect list's (Järvelin & Kekäläinen 2002).

    Tied items share their places' discounts (McSherry & Najork 2008), as in scikit-learn.

    >>> ndcg_at(torch.tensor([[0, 1, 0]]), 3)   # log2(2) / log2(3)
    tensor([0.6309], dtype=torch.float64)
    """
    hits = as_hits(hits)
    k = min(k, hits.gallery)
    places = (k - hits.above).clamp(min=torch.zeros_like(hits.tied), max=hits.tied)
    discount = discounts(hits.gallery, hits.above.device)
    gain = ((discount[hits.above + places] - discount[hits.above]) / hits.tied).sum(dim=1)
    return gain / discount[hits.relevant.clamp(1, k)]


@lru_cache(maxsize=4)
def discounts(n: int, device: torch.device) -> Tensor:
    """The sum of 1 / log2(1 + i) for i from 1 to m, for m from 0 to n, (n + 1,)."""
    terms = 1 / torch.arange(2, n + 2, dtype=torch.float64, device=device).log2()
    return torch.cat([terms.new_zeros(1), terms.cumsum(0)])

"""Average precision under each of its names.

With the j-th of a query's R relevant items in place n_j, its precision is P_j = j / n_j, and

    ap/exact         sum_j P_j / R
    ap/voc           sum_j max_{i >= j} P_i / R             PASCAL VOC's envelope: SAKE, ZSE-SBIR, MA-SBIR
    ap/first@h       sum_{j <= h} P_j / min(h, R)           stops after h hits: the released data-free code, h = 10
    apk/hits@k       sum_{n_j <= k} P_j / (hits in the top k), 0 without a hit: can reward the worse list
    apk/min_rk@k     ... / min(R, k)                        a perfect list scores 1: this book's choice
    apk/k@k          ... / k
    apk/r@k          ... / R
    apk/voc_min_rk@k the envelope inside the top k, / min(R, k)

A group of tied items is one threshold, as in scikit-learn: all relevant items of a group of `tied` items below
`above` others have the precision at the group's end, (before + mates) / (above + tied). A cut k inside a group
takes an equal share of it, (k - above) / tied of its relevant items, with the precision at the cut. With k >= N
that is AP over the whole list, and without ties it is the formula above. `expected` is the mean over all orders.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from sbirlib.metrics.hits import Hits, as_hits


def average_precision(hits: Tensor | Hits) -> Tensor:
    """`ap/exact` (Q,): the mean, over the relevant items, of the precision at each.

    >>> average_precision(torch.tensor([[1, 0, 1, 0]]))   # (1/1 + 2/3) / 2
    tensor([0.8333], dtype=torch.float64)
    """
    hits = as_hits(hits)
    return summed(hits, hits.gallery) / hits.relevant.clamp_min(1)


def ap_voc(hits: Tensor | Hits) -> Tensor:
    """`ap/voc` (Q,): each precision is replaced by the best at the same or a later relevant item (PASCAL VOC).

    >>> ap_voc(torch.tensor([[0, 1, 1, 0]]))   # 1/2 becomes 2/3
    tensor([0.6667], dtype=torch.float64)
    """
    hits = as_hits(hits)
    return enveloped(hits, hits.gallery) / hits.relevant.clamp_min(1)


def ap_first(hits: Tensor | Hits, h: int) -> Tensor:
    """`ap/first@h` (Q,): the mean precision at the first h relevant items, or at all where there are fewer.

    >>> ap_first(torch.tensor([[1, 0, 1, 0]]), 1)   # the second hit is not looked at
    tensor([1.], dtype=torch.float64)
    """
    hits = as_hits(hits)
    refuse_expected(hits, "ap/first")
    precision = torch.where(share(hits, hits.gallery) > 0, precision_at_hits(hits, hits.gallery), 0.0)
    return precision[:, :h].sum(dim=1) / hits.relevant.clamp(1, h)


def ap_at(hits: Tensor | Hits, k: int, by: str) -> Tensor:
    """`apk/<by>@k` (Q,): average precision of the top k, divided `by` hits, min_rk, k, r or voc_min_rk.

    >>> [round(ap_at(torch.tensor([[1, 0, 0, 1, 1]]), 3, by).item(), 3) for by in ("hits", "min_rk", "r")]
    [1.0, 0.333, 0.333]
    """
    hits = as_hits(hits)
    if by == "hits":
        return per_hit(hits, k)
    total = enveloped(hits, k) if by == "voc_min_rk" else summed(hits, k)
    if by == "k":
        return total / k
    return total / (hits.relevant.clamp_min(1) if by == "r" else hits.relevant.clamp(1, k))


def share(hits: Hits, k: int | Tensor) -> Tensor:
    """How much of each relevant item is in the top k, (Q, R): 1, 0, or its group's share where k cuts a tie."""
    return ((k - hits.above).to(torch.float64) / hits.tied).clamp(0, 1)


def precision_at_hits(hits: Hits, k: int) -> Tensor:
    """The precision at each relevant item's threshold, or at the cut k where that comes first, (Q, R)."""
    found = hits.before + share(hits, k) * hits.mates
    return found / (hits.above + hits.tied).clamp_max(k)


def summed(hits: Hits, k: int) -> Tensor:
    """The sum of the precisions at the relevant items of the top k, (Q,)."""
    k = min(k, hits.gallery)
    hits = hits.head(k)
    if hits.strict:  # as below, in half the passes over memory
        return ((hits.before + 1).double() / (hits.above + 1)).masked_fill_(hits.above >= k, 0).sum(dim=1)
    if hits.expected:
        return expected_terms(hits, k).sum(dim=1)
    return (share(hits, k) * precision_at_hits(hits, k)).sum(dim=1)


def enveloped(hits: Hits, k: int) -> Tensor:
    """The same sum over the envelope: the best precision at this or a later threshold of the top k, (Q,)."""
    refuse_expected(hits, "the VOC envelope")
    k = min(k, hits.gallery)
    hits = hits.head(k)
    inside = share(hits, k)
    precision = torch.where(inside > 0, precision_at_hits(hits, k), 0.0)
    return (inside * precision.flip(1).cummax(dim=1).values.flip(1)).sum(dim=1)


def per_hit(hits: Hits, k: int) -> Tensor:
    k = min(k, hits.gallery)
    found = share(hits.head(k), k).sum(dim=1)
    mean = torch.where(found > 0, summed(hits, k) / found, 0.0)
    if not hits.expected or hits.strict:
        return mean
    # The mean of a quotient: where k cuts a group, sum over how many of its relevant items come to be inside.
    cut = (hits.above < k) & (hits.above + hits.tied > k)
    terms = torch.where(cut, 0.0, expected_terms(hits, k)).sum(dim=1)
    harmonic = harmonics(hits.gallery, hits.above.device)
    for row in cut.any(dim=1).nonzero()[:, 0].tolist():
        j = int(cut[row].nonzero()[0, 0])
        above, tied, before, mates = (int(t[row, j]) for t in (hits.above, hits.tied, hits.before, hits.mates))
        places = k - above
        h = torch.arange(max(0, places - tied + mates), min(mates, places) + 1, device=terms.device).double()
        chance = (choose(mates, h) + choose(tied - mates, places - h) - choose(tied, places)).exp()
        slope = (h - 1) / max(places - 1, 1)
        inner = (before + 1 - slope * (above + 1)) * (harmonic[k] - harmonic[above]) + slope * places
        quotient = torch.where(before + h > 0, (terms[row] + h / places * inner) / (before + h).clamp_min(1), 0.0)
        mean[row] = (chance * quotient).sum()
    return mean


def expected_terms(hits: Hits, k: int) -> Tensor:
    """E[P_j; n_j <= k] of each relevant item over all orders inside its group, (Q, R).

    Place m of a group of t items, r of them relevant, holds a relevant one with chance r/t, and then (m-1)(r-1)/(t-1)
    more stand before it in the group: the sum over m of (before + 1 + (m-1)(r-1)/(t-1)) / (above + m) is a
    difference of harmonic numbers.
    """
    places = (k - hits.above).clamp(min=torch.zeros_like(hits.tied), max=hits.tied)
    slope = (hits.mates - 1).to(torch.float64) / (hits.tied - 1).clamp_min(1)
    harmonic = harmonics(hits.gallery, hits.above.device)
    spread = harmonic[hits.above + places] - harmonic[hits.above]
    return ((hits.before + 1 - slope * (hits.above + 1)) * spread + slope * places) / hits.tied


@lru_cache(maxsize=4)
def harmonics(n: int, device: torch.device) -> Tensor:
    """1 + 1/2 + ... + 1/i for i from 0 to n, (n + 1,)."""
    terms = 1 / torch.arange(1, n + 1, dtype=torch.float64, device=device)
    return torch.cat([terms.new_zeros(1), terms.cumsum(0)])


def choose(n: int | Tensor, r: int | Tensor) -> Tensor:
    """log of n over r."""
    n, r = (torch.as_tensor(v, dtype=torch.float64) for v in (n, r))
    return torch.lgamma(n + 1) - torch.lgamma(r + 1) - torch.lgamma(n - r + 1)


def refuse_expected(hits: Hits, what: str) -> None:
    if hits.expected and not hits.strict:
        raise ValueError(f'{what} has no closed form over tied orders; ties="grouped" or "random(0)" scores it')

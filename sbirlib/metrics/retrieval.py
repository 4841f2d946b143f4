"""Score a retrieval: from embeddings and labels, from a matrix of scores, or from rankings.

- Nothing is held but a block of scores; no gallery is argsorted (counting.py says why that is not needed).
- The gallery is sorted by label once: the relevant photos of a query are then neighbours in every row of scores.
- The same code runs on CPU and GPU. Scores are float32 whatever comes in; two blockings may round a score's last bit
  differently, as matrix products do, and no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, overload

import torch
from torch import Tensor

from sbirlib.metrics import checks
from sbirlib.metrics.hits import ranked
from sbirlib.metrics.scoring import Space, blocks, default_block
from sbirlib.metrics.tally import Scoring, Tally
from sbirlib.metrics.ties import place

Ids = list[str] | tuple[str, ...]


@overload
def retrieval(
    query: Tensor,
    gallery: Tensor,
    query_labels: Tensor,
    gallery_labels: Tensor,
    *,
    preset: str = ...,
    metrics: Ids | None = ...,
    distance: str | None = ...,
    ties: str | None = ...,
    no_relevant: str | None = ...,
    average: str | None = ...,
    per_query: Literal[False] = ...,
    block: int | None = ...,
) -> dict[str, float]: ...


@overload
def retrieval(
    query: Tensor,
    gallery: Tensor,
    query_labels: Tensor,
    gallery_labels: Tensor,
    *,
    preset: str = ...,
    metrics: Ids | None = ...,
    distance: str | None = ...,
    ties: str | None = ...,
    no_relevant: str | None = ...,
    per_query: Literal[True],
    block: int | None = ...,
) -> dict[str, Tensor]: ...


def retrieval(
    query: Tensor,
    gallery: Tensor,
    query_labels: Tensor,
    gallery_labels: Tensor,
    *,
    preset: str = "sbirlib",
    metrics: Ids | None = None,
    distance: str | None = None,
    ties: str | None = None,
    no_relevant: str | None = None,
    average: str | None = None,
    per_query: bool = False,
    block: int | None = None,
) -> dict[str, float] | dict[str, Tensor]:
    """Rank the gallery for every query, and score the rankings: an item is relevant where the labels are equal.

    `query` (Q, d), `gallery` (N, d) of one dtype and device, floating point or binary codes (for hamming: bool,
    0/1 or -1/1); `query_labels` (Q,), `gallery_labels` (N,) whole numbers: classes, or instances.

    `preset` names a paper's way of scoring, and what its numbers are printed as; `metrics` asks for ids instead
    (`ap/exact`, `apk/min_rk@200`, `p/k@100`, ...: see ids.py), which are then the keys. What else is not None
    takes the preset's place: `distance` cosine, dot, euclidean or hamming; `ties` as in ties.py; a query with
    `no_relevant` item is skipped (`skip`), scores 0 (`zero`) or is an error (`raise`); the `average` is over
    queries (`micro`) or over the queries' classes (`macro`). `per_query` gives float64 tensors (Q,), NaN where
    skipped. `block` is how many queries are scored at a time.

    >>> query, gallery = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.1], [1.0, 0.2], [1.0, 0.3]])
    >>> retrieval(query, gallery, torch.tensor([7]), torch.tensor([7, 8, 7]), metrics=["ap/exact", "p/k@2"])
    {'ap/exact': 0.8333333333333333, 'p/k@2': 0.5}
    """
    scoring = Scoring.of(preset, metrics, ties, no_relevant, average, distance)
    space = Space(scoring.distance)
    checks.embeddings(query, gallery, binary=space.distance == "hamming")
    checks.labels("query_labels", query_labels, query)
    checks.labels("gallery_labels", gallery_labels, gallery)
    checks.block(block)

    query_labels, gallery_labels = query_labels.long(), gallery_labels.long()
    by_label = gallery_labels.argsort(stable=True)
    vectors = space.vectors(gallery[by_label])
    classes, sizes = torch.unique_consecutive(gallery_labels[by_label], return_counts=True)
    firsts = sizes.cumsum(0) - sizes
    own = torch.searchsorted(classes, query_labels).clamp_max(len(classes) - 1)
    relevant = torch.where(classes[own] == query_labels, sizes[own], 0)

    tally = Tally(scoring, relevant, query_labels)
    rows = own.argsort(stable=True)
    rows = rows[relevant[rows].argsort(stable=True)]  # equally many relevant items side by side, and so each class
    rows = rows[relevant[rows] > 0]
    priority = scoring.ties.priority(len(gallery))
    if priority is not None:
        priority = priority.to(gallery.device)[by_label]
    levels = space.levels(gallery)
    size = block or default_block(len(gallery), gallery.device)
    for part, scores in blocks(space, query, vectors, rows, size):
        for run, r in runs(relevant[rows[part]]):
            these = rows[part][run]
            columns = firsts[own[these]][:, None] + torch.arange(r, device=gallery.device)
            for some, hits in place(scores[run], columns, scoring.ties, priority, levels):
                tally.add(these[some], hits)
    return tally.values if per_query else tally.means()


def from_scores(
    scores: Tensor,
    relevance: Tensor,
    *,
    preset: str = "sbirlib",
    metrics: Ids | None = None,
    ties: str | None = None,
    no_relevant: str | None = None,
    average: str | None = None,
    query_labels: Tensor | None = None,
    block: int | None = None,
) -> dict[str, float]:
    """The same from `scores` (Q, N), higher is nearer, and `relevance` (Q, N), true where the item is relevant.

    For pairwise scorers, and for any notion of relevance. `query_labels` (Q,) are needed for the macro average.

    >>> from_scores(torch.ones(1, 4), torch.tensor([[True, False, True, False]]), metrics=["ap/exact"])   # all tied
    {'ap/exact': 0.5}
    """
    if query_labels is not None:
        checks.labels("query_labels", query_labels, scores)
    scoring = Scoring.of(preset, metrics, ties, no_relevant, average)
    return tallied(scoring, scores, relevance, query_labels, block).means()


def tallied(
    scoring: Scoring, scores: Tensor, relevance: Tensor, query_labels: Tensor | None = None, block: int | None = None
) -> Tally:
    """What `from_scores` takes the means of."""
    checks.scores(scores, relevance)
    checks.block(block)
    relevant = relevance.sum(dim=1)
    tally = Tally(scoring, relevant, query_labels)
    rows = relevant.argsort(stable=True)
    rows = rows[relevant[rows] > 0]
    priority = scoring.ties.priority(scores.shape[1])
    if priority is not None:
        priority = priority.to(scores.device)
    size = block or default_block(scores.shape[1], scores.device)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        for run, r in runs(relevant[part]):
            these = part[run]
            columns = relevance[these].nonzero()[:, 1].reshape(len(these), r)
            for some, hits in place(scores[these].detach().float(), columns, scoring.ties, priority):
                tally.add(these[some], hits)
    return tally


def from_ranked(
    relevance: Tensor,
    *,
    preset: str = "sbirlib",
    metrics: Ids | None = None,
    no_relevant: str | None = None,
    average: str | None = None,
    query_labels: Tensor | None = None,
) -> dict[str, float]:
    """The same from rankings: `relevance` (Q, N) is 1 where the item in that place is relevant. There are no ties.

    >>> from_ranked(torch.tensor([[1, 0, 1, 0]]), metrics=["ap/exact", "mrr"])
    {'ap/exact': 0.8333333333333333, 'mrr': 1.0}
    """
    scoring = Scoring.of(preset, metrics, None, no_relevant, average)
    hits = ranked(relevance)
    if query_labels is not None:
        checks.labels("query_labels", query_labels, relevance)
    tally = Tally(scoring, hits.relevant, query_labels)
    rows = (hits.relevant > 0).nonzero()[:, 0]
    tally.add(rows, ranked(relevance[rows]))
    return tally.means()


def runs(relevant: Tensor) -> Iterator[tuple[slice, int]]:
    """The slices of equal neighbours in `relevant` (b,), and what they are."""
    values, sizes = torch.unique_consecutive(relevant, return_counts=True)
    start = 0
    for value, size in zip(values.tolist(), sizes.tolist(), strict=True):
        yield slice(start, start + size), value
        start += size

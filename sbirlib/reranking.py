"""Pairwise scorers: a model that looks at a sketch and a photo together, and is too slow to look at all of them.

An embedding search gives each sketch its nearest photos; the scorer puts the first `budget` of them in its own order,
and the others keep theirs, behind them. A card states the budget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from sbirlib.data.imageset import ImageSet
from sbirlib.embedding import tokens, tokens_of
from sbirlib.models.contract import Model, kind_of

Order = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Queries (q,) and gallery (n,), both by row, and their scores (q, n), to other scores (q, n)."""


def reordering(model: Model, sketches: ImageSet, photos: ImageSet, budget: int, cache: bool = True) -> Order:
    """Lets `model.score` decide the order of each query's best `budget` photos; rows are those of the two sets.

    `score(queries (a, ...), gallery (b, ...)) -> (a, b)` compares what the model's `tokens(images, modality)` gives,
    which is computed once an image; without that ability, the pictures.
    """
    checked(model, budget)
    asked, shown = (looked_at(model, images, cache) for images in (sketches, photos))

    def reordered(queries: Tensor, gallery: Tensor, scores: Tensor) -> Tensor:
        best = scores.argsort(dim=1, descending=True, stable=True)[:, :budget]
        found = torch.stack(
            [pairwise(model, asked(row[None]), shown(gallery[rows])) for row, rows in zip(queries, best, strict=True)]
        )
        return ahead(scores, best, found)

    return reordered


def checked(model: Model, budget: int) -> None:
    if not callable(getattr(model, "score", None)):
        raise TypeError(f"re-ranking takes a model that scores pairs, by score(queries, gallery); got {kind_of(model)}")
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 1:
        raise ValueError(f"re-ranking scores 1 pair a query or more; got a budget of {budget!r}")


def pair_scores(model: Model, query: Tensor, photos: Tensor, modality: str = "sketch") -> Tensor:
    """What `model.score` says of one query's pixels (1, 3, s, s) beside each photo's (b, 3, s, s): (b,)."""
    if callable(getattr(model, "tokens", None)):
        query, photos = tokens_of(model, query, modality), tokens_of(model, photos, "photo")
    return pairwise(model, query, photos)


def looked_at(model: Model, images: ImageSet, cache: bool) -> Callable[[Tensor], Tensor]:
    """From rows to what the scorer compares."""
    if not callable(getattr(model, "tokens", None)):
        return lambda rows: images.pixels(rows, model.size)
    found = tokens(model, images, cache=cache)
    return lambda rows: found[rows]


def pairwise(model: Any, asked: Tensor, shown: Tensor) -> Tensor:
    """One query (1, ...) beside its photos (b, ...): (b,) scores."""
    learning = model.training
    model.eval()
    try:
        with torch.inference_mode():
            found: Tensor = model.score(asked.to(model.device), shown.to(model.device))
    finally:
        model.train(learning)
    if found.shape != (1, len(shown)):
        raise ValueError(f"score gives (queries, gallery), here {(1, len(shown))}; got {tuple(found.shape)}")
    return found[0].float().cpu()


def ahead(scores: Tensor, best: Tensor, found: Tensor) -> Tensor:
    """`scores` (q, n) with those in the columns `best` (q, k) above all others, in the order of `found` (q, k).

    They become whole numbers, so that what the scorer finds equal stays equal.

    >>> ahead(torch.tensor([[0.9, 0.1, 0.5]]), torch.tensor([[0, 2]]), torch.tensor([[-7.0, 3.5]]))
    tensor([[2.0000, 0.1000, 3.0000]])
    """
    places = torch.stack([torch.unique(row, return_inverse=True)[1] for row in found])
    return scores.scatter(1, best, places.to(scores) + scores.max().floor() + 2)

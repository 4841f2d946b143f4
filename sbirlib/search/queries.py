"""What is searched for, as vectors: by sketch, photo, text or vector, or by several of these at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib.models.contract import Model
from sbirlib.models.modes import evaluating
from sbirlib.search.pictures import embedded, several

KINDS = ("sketch", "photo", "text", "vector")
SMALLEST = 1e-6
"""A vector that is shorter than this has no direction."""


def queries(
    model: Model | None, asked: Mapping[str, Any], weights: Mapping[str, float] | None = None
) -> tuple[Tensor, bool]:
    """Unit vectors (q, d), and whether several queries were asked for.

    Of several kinds at once, each one's unit vectors are added with their weights and brought to length 1 again:
    n(sum w_i z_i). One of a kind goes with each of many of another: one text with every sketch.
    """
    given = {kind: what for kind, what in asked.items() if what is not None}
    if not given:
        raise ValueError("a search is by sketch, photo=, text= or vector=, or by several of them; got none")
    shares = weights_of(given, weights)
    vectors = {kind: vectors_of(model, kind, what) for kind, what in given.items()}
    many = {kind: len(vectors[kind]) for kind, what in given.items() if is_many(kind, what)}
    if len(set(many.values())) > 1:
        counts = " and ".join(f"{count} by {kind}" for kind, count in many.items())
        raise ValueError(f"queries of several kinds at once are as many of each, or one; got {counts}")
    if len(widths := {len(rows[0]) for rows in vectors.values()}) > 1:
        raise ValueError(f"vectors of one dimension are added; got {' and '.join(map(str, sorted(widths)))}")
    if len(given) == 1:
        return next(iter(vectors.values())), bool(many)
    count = next(iter(many.values()), 1)
    total = torch.stack([shares[kind] * rows.expand(count, -1) for kind, rows in vectors.items()]).sum(0)
    if (short := total.norm(dim=1) < SMALLEST).any():
        raise ValueError(f"the parts of query {int(short.nonzero()[0])} cancel: with these weights nothing is left")
    return normalize(total, dim=1), bool(many)


def weights_of(given: Mapping[str, Any], weights: Mapping[str, float] | None) -> dict[str, float]:
    """
    >>> weights_of({"sketch": 0, "text": 0}, None)
    {'sketch': 1.0, 'text': 1.0}
    """
    if weights is None:
        return dict.fromkeys(given, 1.0)
    if set(weights) != set(given):
        raise ValueError(f"weights are given for what is asked, {', '.join(given)}; got {', '.join(weights) or 'none'}")
    shares = {kind: float(weights[kind]) for kind in given}
    if not all(map(math.isfinite, shares.values())):
        raise ValueError(f"weights are finite numbers; got {shares}")
    return shares


def is_many(kind: str, what: Any) -> bool:
    if kind == "text":
        return not isinstance(what, str)
    if kind == "vector":
        return torch.as_tensor(what).ndim == 2
    return several(what)


def vectors_of(model: Model | None, kind: str, what: Any) -> Tensor:
    """The queries of one kind as unit vectors (q, d)."""
    if kind == "vector":
        return unit(what, "vector")
    if model is None:
        raise ValueError(f"a gallery without its model is searched by vector= only; got {kind}=")
    listed = what if is_many(kind, what) else [what]
    if not len(listed):
        raise ValueError(f"there is nothing to search for: {kind}= is empty")
    if kind == "text":
        return texts_of(model, listed)
    return embedded(model, listed, kind, cache=False)  # a query comes once


def texts_of(model: Model, texts: Any) -> Tensor:
    embed_text = getattr(model, "embed_text", None)
    if embed_text is None:
        raise ValueError(f"{type(model).__name__} has no embed_text: it can't be searched by text")
    if wrong := [text for text in texts if not isinstance(text, str) or not text.strip()]:
        raise ValueError(f"text= takes words, one query a string; got {wrong[0]!r}")
    with evaluating(model), torch.no_grad():
        return unit(embed_text(list(texts)), "text")


def unit(given: Any, name: str) -> Tensor:
    """Vectors (n, d), or one (d,), as float32 of length 1 on the CPU; those that are, nearly, stay as they are.

    >>> unit([3.0, 4.0], "vector")
    tensor([[0.6000, 0.8000]])
    """
    rows: Tensor = torch.as_tensor(given).detach().float().cpu()
    rows = rows[None] if rows.ndim == 1 else rows
    if rows.ndim != 2 or not rows.shape[1]:
        raise ValueError(
            f"{name}: vectors (n, d), or one (d,), were expected; got {tuple(torch.as_tensor(given).shape)}"
        )
    lengths: Tensor = rows.norm(dim=1)
    # not a number, infinite and without a direction are all caught by one comparison
    if not (fine := (lengths > SMALLEST) & (lengths < torch.inf)).all():
        row = int((~fine).nonzero()[0])
        raise ValueError(f"{name}: vectors have finite numbers and a length; number {row} has {lengths[row]:g}")
    if ((lengths - 1).abs() < 1e-5).all():
        return rows
    return rows / lengths[:, None]

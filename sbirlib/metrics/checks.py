"""What a metric refuses, in one line that says what was expected and what arrived."""

from __future__ import annotations

import torch
from torch import Tensor

INTEGERS = (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64)


def embeddings(
    query: Tensor, gallery: Tensor, binary: bool = False, names: tuple[str, str] = ("query", "gallery")
) -> None:
    """Two sets of vectors (n, d): tensors of one device, dtype and width, finite, and not empty."""
    for name, x in zip(names, (query, gallery), strict=True):
        if not isinstance(x, Tensor):
            raise TypeError(f"{name} is a tensor (n, d); got {type(x).__name__}")
        if x.ndim != 2 or 0 in x.shape:
            raise ValueError(f"{name} is a tensor (n, d), neither of them 0; got {tuple(x.shape)}")
    if query.shape[1] != gallery.shape[1]:
        raise ValueError(f"{names[0]} and {names[1]} have one width; got {query.shape[1]} and {gallery.shape[1]}")
    if query.device != gallery.device:
        raise ValueError(f"{names[0]} and {names[1]} are on one device; got {query.device} and {gallery.device}")
    if query.dtype != gallery.dtype:
        raise TypeError(f"{names[0]} and {names[1]} are of one dtype; got {query.dtype} and {gallery.dtype}")
    if not query.is_floating_point():
        if not binary:
            raise TypeError(
                f"{names[0]} and {names[1]} are floating point (codes: distance='hamming'); got {query.dtype}"
            )
        return
    for name, x in zip(names, (query, gallery), strict=True):
        if not all(bool(v.isfinite()) for v in x.detach().aminmax()):
            row = int((~x.isfinite().all(dim=1)).nonzero()[0, 0])
            raise ValueError(f"{name} holds finite numbers; row {row} has NaN or infinity")


def labels(name: str, given: Tensor, of: Tensor) -> None:
    """A whole number for each row of `of`, on its device."""
    if not isinstance(given, Tensor):
        raise TypeError(f"{name} is a tensor of whole numbers; got {type(given).__name__}")
    if given.dtype not in INTEGERS:
        raise TypeError(f"{name} is a tensor of whole numbers; got {given.dtype}")
    if given.shape != of.shape[:1]:
        raise ValueError(f"{name} has one label a row, ({len(of)},); got {tuple(given.shape)}")
    if given.device != of.device:
        raise ValueError(f"{name} is on the rows' device, {of.device}; got {given.device}")


def scores(given: Tensor, relevance: Tensor) -> None:
    if not isinstance(given, Tensor) or not given.is_floating_point() or given.ndim != 2 or 0 in given.shape:
        what = f"{given.dtype} {tuple(given.shape)}" if isinstance(given, Tensor) else type(given).__name__
        raise ValueError(f"scores are a floating-point tensor (queries, gallery), neither of them 0; got {what}")
    if not isinstance(relevance, Tensor) or relevance.dtype != torch.bool or relevance.shape != given.shape:
        what = (
            f"{relevance.dtype} {tuple(relevance.shape)}" if isinstance(relevance, Tensor) else type(relevance).__name__
        )
        raise ValueError(f"relevance is a bool tensor of the scores' shape, {tuple(given.shape)}; got {what}")
    if relevance.device != given.device:
        raise ValueError(f"relevance is on the scores' device, {given.device}; got {relevance.device}")


def block(size: int | None) -> None:
    if size is not None and size < 1:
        raise ValueError(f"a block is 1 query or more; got {size}")

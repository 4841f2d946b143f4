"""How many gallery scores are above, and equal to, each relevant item's own: exact, and without an argsort.

On a CPU a row of scores is counted in time that hardly grows faster than reading it:

1. Cut the row's range into as many buckets as there are scores, or more, and count each bucket's scores. Floating
   point subtraction, scaling and truncation never turn an order round, so a bucket's scores lie all above or all
   below those of another, whatever was rounded.
2. A score whose bucket holds no relevant item is now known to be above or below each of them. The others, a few
   hundred, are sorted, and each relevant item is looked up among them.

Binary codes have few distinct scores: their buckets are the scores. With few relevant items, compare and count.
A GPU sorts the scores of a whole block instead. All give the same whole numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FEW = 8  # relevant items for which comparing all scores with each is faster


def count(scores: Tensor, columns: Tensor, levels: int | None = None) -> tuple[Tensor, Tensor]:
    """The items above, and tied with, each relevant one, best first: two whole-number tensors (n, R).

    `scores` (n, N) float32, the relevant items' `columns` (n, R); `levels` where scores are whole numbers of
    [-levels, levels].

    >>> count(torch.tensor([[.9, .5, .5, .1]]), torch.tensor([[1, 3]]))
    (tensor([[1, 3]]), tensor([[2, 1]]))
    """
    relevant = scores.gather(1, columns)
    if scores.device.type != "cpu":
        return count_sorted(scores, relevant)
    rows, wanted = scores.numpy(), np.sort(relevant.numpy(), axis=1)
    above, least = np.empty(wanted.shape, np.int64), np.empty(wanted.shape, np.int64)
    scratch = Scratch(scores.shape[1])
    for i in range(len(rows)):
        if levels is not None:
            above[i, ::-1], least[i, ::-1] = count_levels(rows[i], wanted[i], levels)
        elif wanted.shape[1] <= FEW:
            above[i, ::-1], least[i, ::-1] = count_few(rows[i], wanted[i])
        else:
            above[i, ::-1], least[i, ::-1] = scratch.count(rows[i], wanted[i])
    return torch.from_numpy(above), torch.from_numpy(np.subtract(least, above, out=least))


def count_sorted(scores: Tensor, relevant: Tensor) -> tuple[Tensor, Tensor]:
    ordered = scores.sort(dim=1).values
    refuse_odd(float(ordered[:, 0].min()), float(ordered[:, -1].max()))
    relevant = relevant.sort(dim=1, descending=True).values
    above = scores.shape[1] - torch.searchsorted(ordered, relevant, right=True)
    return above, scores.shape[1] - torch.searchsorted(ordered, relevant) - above


def count_few(row: Floats, wanted: Floats) -> tuple[Any, Any]:
    refuse_odd(float(row.min()), float(row.max()))
    return [np.count_nonzero(row > w) for w in wanted], [np.count_nonzero(row >= w) for w in wanted]


def count_levels(row: Floats, wanted: Floats, levels: int) -> tuple[Ints, Ints]:
    per_level = np.bincount((levels - row).astype(np.intp), minlength=2 * levels + 1)
    least = per_level.cumsum()
    own = (levels - wanted).astype(np.intp)
    return least[own] - per_level[own], least[own]


class Scratch:
    """The buckets of `count`, made once for all rows of a block."""

    def __init__(self, gallery: int) -> None:
        self.buckets = 1 << min(16, max(8, (2 * gallery - 1).bit_length()))
        self.wanted = np.zeros(self.buckets, np.bool_)
        self.shifted = np.empty(gallery, np.float32)
        self.bucket = np.empty(gallery, np.intp)

    def count(self, row: Floats, wanted: Floats) -> tuple[Ints, Ints]:
        """The scores of `row` (N,) above, and at least, each of `wanted` (R,), which ascend and are all in `row`."""
        low, high = row.min(), row.max()
        refuse_odd(float(low), float(high))
        span = float(high) - float(low)
        others: Any = 0
        if not 2.0**-100 < span < 2.0**100:  # all scores equal, or too far apart to scale: sort the whole row
            near = np.sort(row)
        else:
            scale = np.float32((self.buckets - 1) / span)
            bucket, shifted = self.bucket, self.shifted
            np.subtract(row, low, out=shifted)
            np.multiply(shifted, scale, out=shifted)
            bucket[:] = shifted
            own = ((wanted - low) * scale).astype(np.intp)
            per_bucket = np.bincount(bucket, minlength=self.buckets)
            per_bucket[own] = 0
            between = np.add.reduceat(per_bucket, own)  # from each relevant item's bucket to the next one's
            others = between[::-1].cumsum()[::-1]  # in higher buckets that hold no relevant item
            self.wanted[own] = True
            near = row[np.flatnonzero(self.wanted[bucket])]
            self.wanted[own] = False
            near.sort()
        least = len(near) - near.searchsorted(wanted) + others
        if not (near[1:] == near[:-1]).any():
            return least - 1, least
        return len(near) - near.searchsorted(wanted, side="right") + others, least


def refuse_odd(low: float, high: float) -> None:
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"scores are finite numbers; got a row from {low} to {high}")

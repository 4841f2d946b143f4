"""The k nearest rows, exactly, in bounded memory, and the same ones however the work is cut.

A matrix product rounds a score's last bits differently in another block, thread count or device, so that two copies
of one photo need not tie, and near ties fall either way. So the products (float32) only make a shortlist that is
somewhat longer than k. The rows on it are scored again in float64, each by its own sum, and rounded to float32: that
is the score, and the lower row comes first among equals. The shortlist is long enough when no row outside can reach
the k-th score, whatever a float32 product may have lost (at most d x 2^-24 for unit vectors); where it is not, as in
a gallery of many copies, those queries are searched again with a longer one.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sbirlib.search.vectors import Vectors

ROWS = 2**16
QUERIES = 256
"""The scores held at a time are at most `QUERIES` x `ROWS` float32, 64 MiB, whatever the gallery's size."""
SPARE = 64
PAIRS = 2**17
"""Numbers in a block of what is scored again: 1 MiB in float64, which stays in a processor's cache."""


@torch.no_grad()
def nearest(
    vectors: Vectors, queries: Tensor, k: int, *, rows: int = ROWS, batch: int = QUERIES
) -> tuple[Tensor, Tensor]:
    """Scores (q, k) float32 and rows (q, k) int64, on the CPU, of the k rows with the largest inner products.

    `queries` (q, d) and the rows are unit vectors. k beyond the rows gives them all; equal scores: the lower row.

    >>> held = Vectors()
    >>> held.add(torch.tensor([[0.0, 1.0], [1.0, 0.0], [0.6, 0.8], [1.0, 0.0]]))
    >>> nearest(held, torch.tensor([[1.0, 0.0]]), k=3)
    (tensor([[1.0000, 1.0000, 0.6000]]), tensor([[1, 3, 2]]))
    """
    k = min(k, len(vectors))
    scores, found = torch.empty(len(queries), k), torch.empty(len(queries), k, dtype=torch.long)
    with torch.autocast(vectors.device.type, enabled=False):
        for start in range(0, len(queries), batch):
            part = queries[start : start + batch].float().to(vectors.device)
            left = torch.arange(len(part))  # those whose shortlist was too short so far
            width = min(len(vectors), k + max(SPARE, k // 4))
            while len(left):
                asked = part[left.to(part.device)]
                rough, listed = shortlist(vectors, asked, width, rows)
                score = rescored(vectors, asked, listed)
                score, listed = ordered(score, listed)
                sure = rough[:, -1] + 2 * lost(queries.shape[1]) < score[:, k - 1]
                if width == len(vectors):
                    sure[:] = True
                scores[start + left[sure]], found[start + left[sure]] = score[sure, :k], listed[sure, :k]
                left, width = left[~sure], min(len(vectors), 4 * width)
    return scores, found


def shortlist(vectors: Vectors, queries: Tensor, width: int, rows: int) -> tuple[Tensor, Tensor]:
    """The `width` best by matrix product, best first, and their rows: (q, width) both, on the CPU."""
    best = queries.new_empty(len(queries), 0)
    where = torch.empty(len(queries), 0, dtype=torch.long, device=queries.device)
    for first, block in vectors.filled():
        for start in range(0, len(block), rows):
            some = block[start : start + rows]
            top = torch.mm(queries, some.T).topk(min(width, len(some)), dim=1)
            best = torch.cat([best, top.values], dim=1)
            where = torch.cat([where, top.indices + (first + start)], dim=1)
            if best.shape[1] > width:
                best, kept = best.topk(width, dim=1)
                where = where.gather(1, kept)
    if len(vectors) == width:  # nothing was left out, and nothing was sorted
        return best.cpu(), where.cpu()
    return best.sort(dim=1, descending=True).values.cpu(), where.gather(1, best.argsort(dim=1, descending=True)).cpu()


def rescored(vectors: Vectors, queries: Tensor, rows: Tensor) -> Tensor:
    """The inner products of each query with its `rows` (q, w), in float64, rounded to float32; on the CPU.

    A sum a pair, over contiguous numbers: it does not know in which company it is made, as a product's entry does.
    """
    step = max(1, PAIRS // queries.shape[1])
    precise = torch.device("cpu") if queries.device.type == "mps" else queries.device  # which has no float64
    asked, out = queries.to(precise).double(), torch.empty(rows.shape)
    for number, query in enumerate(asked):
        for start in range(0, rows.shape[1], step):
            part = slice(start, start + step)
            out[number, part] = vectors.take(rows[number, part]).to(precise).double().mul_(query).sum(1).float().cpu()
    return out


def ordered(scores: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Best first; among equals the lower row first.

    >>> ordered(torch.tensor([[0.5, 0.9, 0.5]]), torch.tensor([[7, 4, 2]]))
    (tensor([[0.9000, 0.5000, 0.5000]]), tensor([[4, 2, 7]]))
    """
    rows, turn = rows.sort(dim=1)
    scores, place = scores.gather(1, turn).sort(dim=1, descending=True, stable=True)
    return scores, rows.gather(1, place)


def ordered_found(scores: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Best first, the lower row among equals, and what was not found (row -1) at the end.

    >>> ordered_found(torch.tensor([[0.5, 0.5, 0.0]]), torch.tensor([[3, 1, -1]]))[1]
    tensor([[ 1,  3, -1]])
    """
    return ordered(scores.masked_fill(rows < 0, -torch.inf), rows)


def lost(dim: int) -> float:
    """How far a float32 product of unit vectors may be from the truth.

    d roundings of at most 2^-24 each, and where torch has been allowed to round the factors themselves (TF32,
    bfloat16: torch.set_float32_matmul_precision), that as well.
    """
    factors = {"highest": 0.0, "high": 2.0**-10, "medium": 2.0**-7}[torch.get_float32_matmul_precision()]
    return (dim + 1) * 2.0**-24 + factors

from __future__ import annotations

import pytest
import torch

from sbirlib.metrics import checks

GOOD = torch.rand(3, 4)


@pytest.mark.parametrize(
    ("query", "gallery", "error", "message"),
    [
        ([[1.0]], GOOD, TypeError, r"query is a tensor \(n, d\); got list"),
        (GOOD, torch.rand(0, 4), ValueError, r"gallery is a tensor \(n, d\), neither of them 0; got \(0, 4\)"),
        (GOOD, torch.rand(3, 5), ValueError, "have one width; got 4 and 5"),
        (GOOD, GOOD.double(), TypeError, r"of one dtype; got torch\.float32 and torch\.float64"),
        (GOOD, torch.empty(3, 4, device="meta"), ValueError, "on one device; got cpu and meta"),
        (GOOD.long(), GOOD.long(), TypeError, r"floating point \(codes: distance='hamming'\); got torch\.int64"),
        (GOOD, GOOD / torch.tensor([1, 0, 1, 1]), ValueError, "row 0 has NaN or infinity"),
    ],
)
def test_embeddings_that_cannot_be_compared_are_named(
    query: torch.Tensor, gallery: torch.Tensor, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        checks.embeddings(query, gallery)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([1, 2, 3], TypeError, "labels is a tensor of whole numbers; got list"),
        (torch.rand(3), TypeError, r"whole numbers; got torch\.float32"),
        (torch.zeros(2, dtype=torch.long), ValueError, r"one label a row, \(3,\); got \(2,\)"),
        (torch.zeros(3, dtype=torch.long, device="meta"), ValueError, "on the rows' device, cpu; got meta"),
    ],
)
def test_labels_that_do_not_fit_are_named(labels: torch.Tensor, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        checks.labels("labels", labels, GOOD)


def test_relevance_and_blocks_are_checked_too() -> None:
    with pytest.raises(ValueError, match=r"bool tensor of the scores' shape, \(3, 4\); got torch\.int64 \(3, 4\)"):
        checks.scores(GOOD, GOOD.long())
    with pytest.raises(ValueError, match="scores are a floating-point tensor"):
        checks.scores(GOOD.long(), GOOD > 0)
    with pytest.raises(ValueError, match="a block is 1 query or more; got 0"):
        checks.block(0)

"""Counting without an argsort, against counting by comparison."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sbirlib.metrics.counting import FEW, count, count_sorted


def by_comparison(scores: torch.Tensor, columns: torch.Tensor) -> tuple[list[list[int]], list[list[int]]]:
    above, tied = [], []
    for row, own in zip(scores, columns, strict=True):
        wanted = sorted((float(row[c]) for c in own), reverse=True)
        above.append([int((row > w).sum()) for w in wanted])
        tied.append([int((row == w).sum()) for w in wanted])
    return above, tied


def check(scores: torch.Tensor, columns: torch.Tensor, levels: int | None = None) -> None:
    above, tied = count(scores, columns, levels)
    assert (above.tolist(), tied.tolist()) == by_comparison(scores, columns)
    above, tied = count_sorted(scores, scores.gather(1, columns))  # what a GPU does
    assert (above.tolist(), tied.tolist()) == by_comparison(scores, columns)


FLOATS = st.floats(-1, 1, width=32) | st.sampled_from([0.0, -0.0, 0.5, 1e-38, 1e-45, 0.99999994, 1.0])


@settings(deadline=None, max_examples=60)
@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 3), st.integers(12, 90)), elements=FLOATS), st.integers(1, 12))
def test_any_scores_with_any_ties(scores: np.ndarray, relevant: int) -> None:
    rows = torch.from_numpy(scores)
    columns = torch.stack([torch.randperm(scores.shape[1])[:relevant] for _ in rows])
    check(rows, columns)


@pytest.mark.parametrize("relevant", [FEW, FEW + 1, 40])
@pytest.mark.parametrize(
    "scale", [1.0, 1e-30, 1e30, 3e38], ids=["usual", "tiny span", "huge span", "nearly all of float32"]
)
def test_any_span(relevant: int, scale: float) -> None:
    scores = torch.linspace(-1, 1, 500)[torch.randperm(500, generator=torch.Generator().manual_seed(0))] * scale
    check(scores[None], torch.arange(relevant)[None])


def test_neighbouring_floats_are_told_apart() -> None:
    one = np.float32(1)
    steps = [one]
    for _ in range(60):
        steps.append(np.nextafter(steps[-1], np.float32(2)))
    scores = torch.tensor(np.array([*steps, -1000.0], dtype=np.float32))  # one far value makes the buckets wide
    check(scores[None], torch.arange(0, 60, 3)[None])


def test_whole_numbers_are_counted_as_levels() -> None:
    generator = torch.Generator().manual_seed(0)
    scores = torch.randint(-16, 17, (4, 200), generator=generator).float()
    check(scores, torch.arange(30).repeat(4, 1), levels=16)


@pytest.mark.parametrize("relevant", [2, 20])
@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_refused(relevant: int, odd: float) -> None:
    scores = torch.rand(1, 50)
    scores[0, 49] = odd
    with pytest.raises(ValueError, match="scores are finite numbers"):
        count(scores, torch.arange(relevant)[None])

"""What the top k holds: golden vectors, by hand, scikit-learn. (The oracle's loop over all metrics is in test_ap.)"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from sbirlib.metrics import accuracy_at, from_scores, ndcg_at, precision_at, recall_at, reciprocal_rank

GOLDEN = torch.tensor([[1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1]])


@pytest.mark.parametrize(
    ("k", "golden"),
    [
        (3, {"k": 0.333333, "min_kR": 0.333333, "rank_k+1": 1}),
        (6, {"k": 0.5, "min_kR": 0.6, "rank_k+1": 0}),
        (10, {"k": 0.4, "min_kR": 0.6, "rank_k+1": 0}),
        (24, {"k": 5 / 24, "min_kN": 5 / 12, "min_kR": 0.6, "rank_k+1": 0}),
    ],
)
def test_golden_precision(k: int, golden: dict[str, float]) -> None:
    assert {by: precision_at(GOLDEN, k, by).item() for by in golden} == pytest.approx(golden, abs=5e-7)


def test_by_hand() -> None:
    rows = torch.tensor([[0, 1, 1, 0], [0, 0, 0, 1]])
    assert accuracy_at(rows, 2).tolist() == [1, 0]
    assert recall_at(rows, 2).tolist() == [0.5, 0]
    assert reciprocal_rank(rows).tolist() == [0.5, 0.25]
    # (1/log2 3 + 1/log2 4) / (1/log2 2 + 1/log2 3)
    assert ndcg_at(rows, 3)[0].item() == pytest.approx((0.6309297536 + 0.5) / 1.6309297536)


def test_few_relevant_cap_precision() -> None:
    """Facts 9.3: 93 relevant photos, all on top: P@100 is .93 by k and 1 by min(k, R)."""
    ranking = torch.arange(300)[None] < 93
    assert precision_at(ranking, 100, "k").item() == pytest.approx(0.93)
    assert precision_at(ranking, 100, "min_kR").item() == 1


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=20), st.integers(1, 25))
def test_ndcg_is_scikit_learns_with_ties_too(items: list[tuple[int, bool]], k: int) -> None:
    scores = torch.tensor([[float(s) for s, _ in items]])
    relevance = torch.tensor([[r for _, r in items]])
    if relevance.any():
        ours = from_scores(scores, relevance, metrics=[f"ndcg@{k}"])[f"ndcg@{k}"]
        assert ours == pytest.approx(ndcg_score(relevance.numpy().astype(float), scores.numpy(), k=k))

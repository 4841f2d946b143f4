"""Average precision: worked by hand, golden vectors, the plain oracle."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from metrics_oracle import IDS, naive

from sbirlib.metrics import ap_at, ap_first, ap_voc, average_precision, measure
from sbirlib.metrics.hits import ranked

# r = 1,0,0,1,1,0,0,0,1,0,0,1 (R = 5, N = 12)
GOLDEN = torch.tensor([[1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1]])
rankings = st.lists(st.integers(0, 1), min_size=1, max_size=30).filter(any)


def test_by_hand() -> None:
    # relevant in places 1, 4, 5, 9, 12: precisions 1, 1/2, 3/5, 4/9, 5/12
    precisions = [1, 1 / 2, 3 / 5, 4 / 9, 5 / 12]
    assert average_precision(GOLDEN).item() == pytest.approx(sum(precisions) / 5)
    assert ap_voc(GOLDEN).item() == pytest.approx((1 + 3 / 5 + 3 / 5 + 4 / 9 + 5 / 12) / 5)  # 1/2 is lifted to 3/5
    assert ap_first(GOLDEN, 2).item() == pytest.approx((1 + 1 / 2) / 2)
    assert ap_at(GOLDEN, 4, "r").item() == pytest.approx((1 + 1 / 2) / 5)
    assert ap_at(GOLDEN, 4, "hits").item() == pytest.approx((1 + 1 / 2) / 2)


@pytest.mark.parametrize(
    ("k", "golden"),
    [
        (3, {"hits": 1.0, "min_rk": 0.333333, "r": 0.2, "k": 0.333333, "voc_min_rk": 0.333333}),
        (6, {"hits": 0.7, "min_rk": 0.42, "r": 0.42, "k": 0.35, "voc_min_rk": 0.44}),
        (10, {"hits": 0.636111, "min_rk": 0.508889, "r": 0.508889, "k": 0.254444, "voc_min_rk": 0.528889}),
    ],
)
def test_golden_at_k(k: int, golden: dict[str, float]) -> None:
    assert {by: ap_at(GOLDEN, k, by).item() for by in golden} == pytest.approx(golden, abs=5e-7)


def test_golden_all() -> None:
    assert average_precision(GOLDEN).item() == pytest.approx(0.592222, abs=5e-7)
    assert ap_voc(GOLDEN).item() == pytest.approx(0.612222, abs=5e-7)


def test_dividing_by_hits_rewards_the_worse_list() -> None:
    one_hit, more_hits = torch.tensor([[1, 0, 0, 0, 0, 0]]), torch.tensor([[1, 0, 1, 0, 1, 0]])
    assert ap_at(one_hit, 5, "hits") > ap_at(more_hits, 5, "hits")
    assert ap_at(torch.tensor([[1, 0, 0, 0, 0, 1, 1]]), 5, "min_rk") < ap_at(
        torch.tensor([[1, 0, 1, 0, 1, 0, 0]]), 5, "min_rk"
    )


@given(rankings)
def test_against_the_oracle(ranking: list[int]) -> None:
    hits = ranked(torch.tensor([ranking]))
    for name in IDS:  # every metric of the room, so cutoff.py's too
        assert measure(hits, name).item() == pytest.approx(naive(ranking, name)), name


@given(rankings, st.integers(1, 40))
def test_the_strict_one_is_never_above_precision(ranking: list[int], k: int) -> None:
    """Facts 9.3: AP_strict@k <= hits / min(k, R): a table with mAP@200 > P@200 divides by something else."""
    r = torch.tensor([ranking])
    assert ap_at(r, k, "voc_min_rk").item() <= min(sum(ranking[:k]) / min(k, sum(ranking)), 1) + 1e-12
    assert ap_at(r, k, "min_rk").item() <= ap_at(r, k, "voc_min_rk").item() + 1e-12
    assert ap_at(r, k, "min_rk").item() <= ap_at(r, k, "hits").item() + 1e-12


def test_rows_do_not_touch_each_other() -> None:
    """Rows with 1, 3 and 5 relevant items share padded tensors, and a row without any scores 0."""
    rows = [[0, 0, 1, 0, 0], [1, 1, 0, 1, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
    for name in IDS:
        together = measure(torch.tensor(rows), name)
        assert together[:3].tolist() == pytest.approx([naive(row, name) for row in rows[:3]]), name
        assert together[3] == 0, name


def test_refuses_what_is_no_relevance() -> None:
    with pytest.raises(ValueError, match="0 or 1"):
        average_precision(torch.tensor([[1, 2, 0]]))
    with pytest.raises(ValueError, match=r"\(queries, places\).*got \(3,\)"):
        average_precision(torch.tensor([1, 0, 0]))

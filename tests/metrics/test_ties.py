"""Tie rules against brute force: every order of every group, one by one."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_oracle import IDS, NO_CLOSED_FORM, expected, grouped, naive, pessimistic, stable
from sklearn.metrics import average_precision_score

from sbirlib.metrics import Ties, from_scores

tied_lists = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=8).filter(
    lambda items: any(r for _, r in items)
)


def score(items: list[tuple[int, int]], ties: str, ids: list[str]) -> dict[str, float]:
    scores = torch.tensor([[float(s) for s, _ in items]])
    relevance = torch.tensor([[bool(r) for _, r in items]])
    return from_scores(scores, relevance, metrics=ids, ties=ties)


def test_the_facts_by_hand() -> None:
    """All equal, relevance 1,0,1,0: one threshold has R/N = .5; storage order gives (1 + 2/3) / 2."""
    items = [(1, 1), (1, 0), (1, 1), (1, 0)]
    values = {
        rule: score(items, rule, ["ap/exact"])["ap/exact"] for rule in ("grouped", "stable", "pessimistic", "expected")
    }
    assert values["grouped"] == 0.5
    assert values["stable"] == pytest.approx(5 / 6)
    assert values["pessimistic"] == pytest.approx((1 / 3 + 2 / 4) / 2)
    # six orders: places {1,2} {1,3} {1,4} {2,3} {2,4} {3,4}
    assert values["expected"] == pytest.approx((1 + 5 / 6 + 3 / 4 + 7 / 12 + 1 / 2 + 5 / 12) / 6)


def test_a_group_across_the_cut_by_hand() -> None:
    """Scores 3 | 2 2 2 | 1, relevance 1 | 0 1 1 | 0, k = 3: two of the group's three places, 4/3 of its relevant."""
    items = [(3, 1), (2, 0), (2, 1), (2, 1), (1, 0)]
    values = score(items, "grouped", ["p/k@3", "apk/min_rk@3", "apk/hits@3", "p/rank_k+1@3"])
    assert values["p/k@3"] == pytest.approx((1 + 4 / 3) / 3)
    assert values["apk/min_rk@3"] == pytest.approx((1 + 4 / 3 * (7 / 3) / 3) / 3)
    assert values["apk/hits@3"] == pytest.approx((1 + 4 / 3 * (7 / 3) / 3) / (7 / 3))
    assert values["p/rank_k+1@3"] == pytest.approx(2 / 3)


@settings(deadline=None)
@given(tied_lists)
def test_every_rule_against_the_oracle(items: list[tuple[int, int]]) -> None:
    scores, relevance = [float(s) for s, _ in items], [r for _, r in items]
    for rule, want in (
        ("stable", lambda name: naive(stable(scores, relevance), name)),
        ("pessimistic", lambda name: naive(pessimistic(scores, relevance), name)),
        ("grouped", lambda name: grouped(scores, relevance, name)),
        ("expected", lambda name: expected(scores, relevance, name)),
    ):
        ids = [i for i in IDS if rule != "expected" or not i.startswith(NO_CLOSED_FORM)]
        assert score(items, rule, ids) == pytest.approx({i: want(i) for i in ids}, abs=1e-9), rule


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1)), min_size=2, max_size=60).filter(
        lambda i: any(r for _, r in i)
    )
)
def test_grouped_is_scikit_learns(items: list[tuple[int, int]]) -> None:
    ours = score(items, "grouped", ["ap/exact"])["ap/exact"]
    assert ours == pytest.approx(average_precision_score([r for _, r in items], [s for s, _ in items]))


@settings(deadline=None)
@given(tied_lists)
def test_pessimistic_is_the_floor(items: list[tuple[int, int]]) -> None:
    ids = [i for i in IDS if i.startswith(("ap/exact", "apk/min_rk", "p/k", "mrr", "ndcg", "acc"))]
    floor = score(items, "pessimistic", ids)
    for rule in ("grouped", "expected", "random(0)", "stable"):
        other = score(items, rule, ids)
        assert all(floor[i] <= other[i] + 1e-12 for i in ids), rule


def test_random_is_fair_repeatable_and_seeded() -> None:
    items = [(2, 1), (1, 1), (1, 0), (1, 0), (1, 1), (0, 0)]
    ids = ["ap/exact", "p/k@2", "mrr"]
    draws = [score(items, f"random({seed})", ids) for seed in range(400)]
    mean = {i: sum(d[i] for d in draws) / len(draws) for i in ids}
    assert mean == pytest.approx(score(items, "expected", ids), abs=0.02)
    assert score(items, "random(3)", ids) == draws[3]
    assert len({d["ap/exact"] for d in draws}) == 6  # all ways to place two of four


def test_one_query_with_one_relevant_item_in_a_tie() -> None:
    """(1, 1) tensors all over: the shape must not be mistaken for a ranking without ties."""
    items = [(1, 0), (1, 1), (1, 0), (0, 0)]
    assert score(items, "grouped", ["ap/exact", "mrr"]) == pytest.approx({"ap/exact": 1 / 3, "mrr": 1 / 3})
    assert score(items, "expected", ["mrr"])["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert score(items, "pessimistic", ["acc@2", "acc@3"]) == {"acc@2": 0, "acc@3": 1}


def test_large_groups_keep_their_precision() -> None:
    """5,000 tied items, 700 of them relevant: the closed forms against 20,000 seeded draws of one order."""
    relevance = torch.zeros(1, 5000, dtype=torch.bool)
    relevance[0, :700] = True
    found = from_scores(torch.zeros(1, 5000), relevance, ties="expected", metrics=["mrr", "apk/hits@200", "acc@3"])
    generator = torch.Generator().manual_seed(0)
    draws = torch.stack([torch.randperm(5000, generator=generator)[:200] < 700 for _ in range(4000)]).double()
    places = torch.arange(1, 201)
    hits = draws.sum(1)
    assert found["apk/hits@200"] == pytest.approx(
        ((draws.cumsum(1) / places * draws).sum(1) / hits).mean().item(), rel=0.02
    )
    assert found["acc@3"] == pytest.approx(1 - 4300 * 4299 * 4298 / (5000 * 4999 * 4998), rel=1e-9)
    first = (draws.argmax(1) + 1).double()
    assert found["mrr"] == pytest.approx((1 / first).mean().item(), rel=0.04)


def test_expected_says_where_it_has_no_closed_form() -> None:
    with pytest.raises(ValueError, match="closed form"):
        score([(1, 1), (1, 0)], "expected", ["ap/voc"])


@pytest.mark.parametrize("name", ["random", "random()", "sklearn", "random(-1)"])
def test_names(name: str) -> None:
    with pytest.raises(ValueError, match=r"grouped, expected, pessimistic, random\(seed\), stable"):
        Ties.parse(name)

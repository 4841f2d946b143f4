from __future__ import annotations

import pytest
import torch

from sbirlib.metrics import from_ranked, retrieval
from sbirlib.search import Card, Codes, Engine, Itq
from tests.search.small import items, units


def made(bits: int = 16, n: int = 300, **dials: object) -> Codes:
    engine = Codes(bits, **dials)  # type: ignore[arg-type]
    engine.start(Card("toy", "abc", 32))
    engine.add(units(n, 32), items(n))
    return engine


def test_its_rankings_score_as_the_metrics_do_by_hamming() -> None:
    engine, gallery, queries = made(), units(300, 32), units(20, 32, seed=1)
    labels, wanted = torch.arange(300) % 5, torch.arange(20) % 5
    _, rows = engine.search(queries, 300)
    assert engine.itq is not None
    expected = retrieval(
        engine.itq.codes(queries), engine.itq.codes(gallery), wanted, labels,
        metrics=["ap/exact", "p/k@10"], distance="hamming", ties="stable",
    )  # fmt: skip
    found = from_ranked((labels[rows] == wanted[:, None]).long(), metrics=["ap/exact", "p/k@10"])
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_score_is_the_cosine_of_the_codes() -> None:
    engine = made()
    queries = units(4, 32, seed=1)
    scores, rows = engine.search(queries, 300)
    assert engine.itq is not None
    a, b = (engine.itq.codes(x).float() * 2 - 1 for x in (queries, units(300, 32)))
    assert torch.allclose(scores, (a @ b.T / 16).gather(1, rows), atol=1e-6)
    assert isinstance(engine, Engine)


def test_later_vectors_are_coded_as_the_first_were() -> None:
    engine = made()
    learnt = engine.itq
    engine.add(units(300, 32)[7:8], items(1, start=300))
    assert engine.itq is learnt
    scores, rows = engine.search(units(300, 32)[7:8], 301)
    assert scores[0, 0] == 1
    twins = rows[0][scores[0] == 1].tolist()
    assert twins == sorted(twins)
    assert {7, 300} <= set(twins)


def test_queries_may_have_a_mean_of_their_own() -> None:
    itq = Itq.fit(units(300, 32), 16)
    gap = 3 * itq.projection[:, 0]
    engine = made(itq=itq, query_mean=itq.mean + gap)
    scores, _ = engine.search(units(300, 32)[:50] + gap, 1)
    assert scores.eq(1).all()
    plain = made(itq=itq).search(units(300, 32)[:50] + gap, 1)[0]
    assert plain.eq(1).float().mean() < 0.5
    with pytest.raises(ValueError, match=r"query_mean is one vector of 32 numbers; got \(3,\)"):
        made(query_mean=torch.zeros(3))


def test_what_is_saved_comes_back_with_its_number_of_bits() -> None:
    engine = made(24, query_mean=torch.full((32,), 0.01))
    state = {name: torch.cat(parts) for name, parts in engine.state().items()}
    assert state["codes"].shape == (300, 8)
    again = Codes()
    again.restore(state, items(300))
    assert again.bits == 24
    queries = units(5, 32, seed=2)
    for mine, theirs in zip(again.search(queries, 20), engine.search(queries, 20), strict=True):
        assert torch.equal(mine, theirs)


def test_saved_vectors_become_codes() -> None:
    engine = Codes(16)
    engine.restore({"vectors": units(300, 32)}, items(300))
    assert torch.equal(engine.search(units(2, 32, seed=1), 5)[1], made().search(units(2, 32, seed=1), 5)[1])


def test_too_few_to_learn_from_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bits are learnt from more than 16 vectors; got 10"):
        made(n=10)
    with pytest.raises(ValueError, match="bits are 1 or more; got 0"):
        Codes(0)

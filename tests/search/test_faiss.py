"""Beside `Exact`. Where faiss and torch may not share a process (macOS), or faiss is absent, these are skipped."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest
import torch

from sbirlib.search import Engine, Exact, Faiss
from tests.search.small import items, units

if sys.platform == "darwin":
    pytest.skip(
        "on macOS the wheels of faiss and torch bring an OpenMP each: no process loads both", allow_module_level=True
    )
needs_faiss = pytest.mark.skipif(find_spec("faiss") is None, reason="faiss is an optional extra, not installed here")


@needs_faiss
@pytest.mark.parametrize("engine", [Faiss(), Faiss("ivf", lists=8, probes=8)], ids=["flat", "ivf, all probes"])
def test_the_rows_are_those_of_exact(engine: Faiss) -> None:
    exact, vectors, queries = Exact(), units(2000, 24), units(30, 24, seed=1)
    for each in (engine, exact):
        each.add(vectors[:1500], items(1500))
        each.add(vectors[1500:], items(500, start=1500))
    scores, rows = engine.search(queries, 40)
    expected = exact.search(queries, 40)
    assert torch.equal(rows, expected[1])
    assert torch.allclose(scores, expected[0], atol=1e-5)
    assert engine.items([1999])[0].key == "key/1999"
    assert isinstance(engine, Engine)


@needs_faiss
def test_faiss_is_left_as_it_was_set() -> None:
    import faiss

    before, seen = faiss.cvar.distance_compute_blas_threshold, []
    engine = Faiss()
    engine.add(units(50, 8), items(50))
    inside = engine.index

    class Watched:
        def search(self, queries: object, k: int) -> object:
            seen.append(faiss.cvar.distance_compute_blas_threshold)
            return inside.search(queries, k)

    engine.index = Watched()
    assert torch.equal(engine.search(units(50, 8)[:30], 1)[1][:, 0], torch.arange(30))
    assert seen == [2**30]
    assert faiss.cvar.distance_compute_blas_threshold == before


@needs_faiss
def test_few_probes_miss_some_and_say_so_by_row_minus_one() -> None:
    engine, exact, vectors = Faiss("ivf", lists=40, probes=1), Exact(), units(2000, 24)
    engine.add(vectors, items(2000))
    exact.add(vectors, items(2000))
    queries = units(30, 24, seed=1)
    rows, true = engine.search(queries, 200)[1], exact.search(queries, 200)[1]
    hit = sum(len(set(a) & set(b) - {-1}) for a, b in zip(rows.tolist(), true.tolist(), strict=True)) / true.numel()
    assert 0.02 < hit < 0.8
    assert (rows == -1).any()
    assert ((rows == -1).int().diff(dim=1) >= 0).all()  # all of them at the end


@needs_faiss
@pytest.mark.parametrize("engine", [Faiss(), Faiss("ivf", lists=4, probes=4)], ids=["flat", "ivf"])
def test_its_vectors_can_be_saved(engine: Faiss) -> None:
    vectors = units(200, 8)
    engine.add(vectors, items(200))
    assert torch.equal(torch.cat(engine.state()["vectors"]), vectors)
    again = Faiss()
    again.restore({"vectors": vectors}, items(200))
    assert again.search(vectors[5:6], 1)[1].tolist() == [[5]]


@needs_faiss
def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="flat or ivf here; got 'hnsw'"):
        Faiss("hnsw")
    with pytest.raises(ValueError, match="1 to the number of lists, 4; got 5"):
        Faiss("ivf", lists=4, probes=5)
    with pytest.raises(ValueError, match="64 lists are learnt from as many vectors or more; got 10"):
        Faiss("ivf", lists=64).add(units(10, 4), items(10))


def test_faiss_and_qdrant_are_never_loaded_unasked() -> None:
    code = (
        "import sys, torch, sbirlib.search as s;"
        "g = s.Gallery(); g.add_vectors(torch.eye(4), digest='x'); print(g.search(vector=[0., 1, 0, 0], k=2).keys);"
        "print({'faiss', 'qdrant_client'} & {name.split('.')[0] for name in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["['1', '0']", "set()"]


def test_without_it_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(ModuleNotFoundError, match=r"sbirlib\[search\]"):
        Faiss()

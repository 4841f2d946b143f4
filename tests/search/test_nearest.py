"""Against every score worked out one by one, and a full stable sort."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib.search.nearest import lost, nearest, ordered_found
from sbirlib.search.vectors import Vectors
from tests.search.small import units


def held(*parts: Tensor) -> Vectors:
    vectors = Vectors()
    for part in parts:
        vectors.add(part)
    return vectors


def naive(gallery: Tensor, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Exact sums, rounded once; the earlier row first."""
    scores = [
        [np.float32(math.fsum(a * b for a, b in zip(q, g, strict=True))) for g in gallery.tolist()]
        for q in queries.tolist()
    ]
    rows = [sorted(range(len(gallery)), key=lambda row, s=line: (-s[row], row))[:k] for line in scores]
    return torch.tensor([[line[r] for r in best] for line, best in zip(scores, rows, strict=True)]), torch.tensor(rows)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_is_a_full_stable_sort_whatever_the_blocks_are(data: st.DataObject) -> None:
    dim = data.draw(st.integers(1, 6))
    kinds = units(data.draw(st.integers(1, 8)), dim, seed=data.draw(st.integers(0, 99)))
    rows = data.draw(st.lists(st.integers(0, len(kinds) - 1), min_size=1, max_size=150))  # many copies
    gallery, queries = kinds[rows], units(data.draw(st.integers(1, 4)), dim, seed=1)
    k = data.draw(st.integers(1, len(gallery)))
    cut = data.draw(st.integers(0, len(gallery)))
    found = nearest(
        held(gallery[:cut], gallery[cut:]),
        queries,
        k,
        rows=data.draw(st.integers(1, 160)),
        batch=data.draw(st.integers(1, 5)),
    )
    expected = naive(gallery, queries, k)
    assert torch.equal(found[1], expected[1])
    assert torch.equal(found[0], expected[0])


def test_copies_tie_wherever_they_lie_and_every_blocking_gives_the_same_bits() -> None:
    kinds = units(40, 500, seed=3)
    gallery = kinds[torch.randint(40, (3000,), generator=torch.Generator().manual_seed(0))]
    queries = units(5, 500, seed=4)
    scores, rows = nearest(held(gallery), queries, 300)
    expected = ((gallery.double() @ queries.double().T).T.float()).sort(dim=1, descending=True, stable=True)
    assert torch.equal(rows, expected.indices[:, :300])
    for size, batch in ((7, 1), (64, 2), (999, 5), (2500, 3)):
        again = nearest(held(gallery[:1234], gallery[1234:]), queries, 300, rows=size, batch=batch)
        assert torch.equal(again[0], scores)
        assert torch.equal(again[1], rows)


def test_a_gallery_of_copies_needs_more_than_one_shortlist() -> None:
    gallery = units(1, 64).expand(3000, -1)
    assert nearest(held(gallery), units(2, 64, seed=1), 10, rows=500)[1].tolist() == [list(range(10))] * 2


def crowd() -> Tensor:
    """Rows whose cosines with units(1, 256) are nearer to each other than half precision can tell, which rounds
    all of them down."""
    query, others = units(1, 256), units(4000, 256, seed=1)
    cosines = 0.751 + 0.0002 * torch.randn(4000, 1, generator=torch.Generator().manual_seed(0))
    across = normalize(others - (others @ query.T) * query, dim=1)
    return cosines * query + (1 - cosines**2).sqrt() * across


@pytest.fixture
def rough() -> Iterator[None]:
    torch.set_float32_matmul_precision("medium")
    yield
    torch.set_float32_matmul_precision("highest")


def test_products_in_half_precision_change_nothing(rough: None) -> None:
    gallery, queries = crowd(), units(1, 256).expand(3, -1)
    found = nearest(held(gallery), queries, 50)
    expected = ((gallery.double() @ queries.double().T).T.float()).sort(dim=1, descending=True, stable=True)
    assert torch.equal(found[1], expected.indices[:, :50])


def test_the_bound_holds_for_float32_products() -> None:
    """By far, since a product's sums are cut into many; it has to hold for any order of adding up."""
    a, b = units(500, 512), units(500, 512, seed=1)
    true = a.double() @ b.double().T
    assert (a @ b.T - true).abs().max() < lost(512)
    one_by_one = torch.zeros(500, 500)
    for column in range(512):
        one_by_one += a[:, column, None] * b[:, column]
    assert (one_by_one - true).abs().max() < lost(512)


def test_autocast_is_not_listened_to() -> None:
    gallery, queries = crowd(), units(1, 256).expand(3, -1)
    expected = nearest(held(gallery), queries, 20)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.mm(queries, gallery.T).dtype == torch.bfloat16
        found = nearest(held(gallery), queries, 20)
    assert torch.equal(found[1], expected[1])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_a_gpu_gives_the_same_bits() -> None:
    gallery, queries = units(70_000, 64), units(300, 64, seed=1)
    there = Vectors("cuda")
    there.add(gallery[:50_000])
    there.add(gallery[50_000:])
    for mine, theirs in zip(nearest(there, queries, 100), nearest(held(gallery), queries, 100), strict=True):
        assert torch.equal(mine, theirs)


def test_what_was_not_found_comes_last() -> None:
    scores, rows = ordered_found(torch.tensor([[0.2, 9.0, 0.2, 0.7]]), torch.tensor([[5, -1, 3, 8]]))
    assert rows.tolist() == [[8, 3, 5, -1]]
    assert scores[0, -1] == -torch.inf

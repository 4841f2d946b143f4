from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from sbirlib.search import Itq
from tests.search.small import units


def clustered(n: int = 400, dim: int = 24, seed: int = 0) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    centres = torch.randn(6, dim, generator=g)
    spread = torch.linspace(2, 0.2, dim)  # no two principal directions alike
    return (centres[torch.randint(6, (n,), generator=g)] + torch.randn(n, dim, generator=g)) * spread


def turned(dim: int, seed: int = 5) -> Tensor:
    q: Tensor = torch.linalg.qr(torch.randn(dim, dim, generator=torch.Generator().manual_seed(seed))).Q
    return q


def test_projection_and_rotation_are_orthonormal() -> None:
    itq = Itq.fit(clustered(), 12)
    for matrix in (itq.projection, itq.rotation):
        assert torch.allclose(matrix.T @ matrix, torch.eye(12), atol=1e-5)


def test_the_projection_is_onto_the_directions_of_largest_variance() -> None:
    x = clustered()
    itq = Itq.fit(x, 5)
    found = ((x - x.mean(0)) @ itq.projection).var(0, correction=0)
    assert torch.allclose(found, torch.linalg.svdvals(x - x.mean(0))[:5] ** 2 / len(x), rtol=1e-4)


def test_the_error_falls_at_every_turn() -> None:
    errors = Itq.fit(clustered(), 16).errors
    assert len(errors) == 51
    assert all(after <= before + 1e-9 for before, after in pairwise(errors))
    assert errors[-1] < 0.97 * errors[0]


def test_the_error_is_what_the_paper_minimises() -> None:
    x = clustered()
    itq = Itq.fit(x, 8, iterations=7)
    v = (x - itq.mean) @ itq.projection @ itq.rotation
    codes = itq.codes(x).float() * 2 - 1
    assert itq.errors[-1] == pytest.approx(float((codes - v).square().sum(1).mean()), rel=1e-5)


def test_the_rotation_solves_the_procrustes_problem() -> None:
    """No small turn away from it is nearer to the codes it was made for."""
    x = clustered()
    one, two = Itq.fit(x, 6, iterations=9), Itq.fit(x, 6, iterations=10)
    v = (x - one.mean) @ one.projection
    codes = one.codes(x).float() * 2 - 1  # what the tenth rotation was made for
    best = (codes - v @ two.rotation).square().sum()
    g = torch.Generator().manual_seed(1)
    for _ in range(30):
        a = torch.randn(6, 6, generator=g) * 0.02
        assert (codes - v @ two.rotation @ torch.matrix_exp(a - a.T)).square().sum() >= best


def test_a_square_by_hand() -> None:
    """Four corners on the axes: turned by an eighth they are the corners of signs, all four codes, error nearly 0."""
    corner = 2.0**0.5
    x = torch.tensor([[corner, 0.0], [-corner, 0.0], [0.0, corner * 0.99], [0.0, -corner * 0.99]])
    itq = Itq.fit(x, 2)
    assert sorted(itq.codes(x).int().tolist()) == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert itq.errors[-1] < 1e-3


def test_turning_shifting_and_scaling_everything_changes_no_code() -> None:
    x = clustered()
    codes = Itq.fit(x, 12).codes(x)
    assert 0.2 < codes.float().mean() < 0.8
    for other in (x @ turned(24), x + 3, x * 7, 0.5 * x @ turned(24) - 1):
        assert torch.equal(Itq.fit(other, 12).codes(other), codes)


def test_the_seed_decides() -> None:
    x = clustered()
    assert torch.equal(Itq.fit(x, 12).rotation, Itq.fit(x, 12).rotation)
    assert not torch.equal(Itq.fit(x, 12).rotation, Itq.fit(x, 12, seed=1).rotation)
    assert torch.equal(Itq.fit(x, 12, sample=100).rotation, Itq.fit(x, 12, sample=100).rotation)


def test_a_mean_of_their_own_brings_shifted_queries_home() -> None:
    """Sketches as photos that were all moved one way: with their own mean they have the photos' codes."""
    photos = clustered()
    itq = Itq.fit(photos, 12)
    gap = 4 * itq.projection[:, 0]
    sketches = photos + gap
    assert torch.equal(itq.codes(sketches, mean=itq.mean + gap), itq.codes(photos))
    assert (itq.codes(sketches) != itq.codes(photos)).float().mean() > 0.05


def test_more_bits_than_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"1 to 8 bits of 8 dimensions.*got 9"):
        Itq.fit(units(50, 8), 9)
    with pytest.raises(ValueError, match="got 0"):
        Itq.fit(units(50, 8), 0)
    with pytest.raises(ValueError, match="8 bits are learnt from more than 8 vectors; got 8"):
        Itq.fit(units(8, 8), 8)
    with pytest.raises(ValueError, match="vectors with 8 dimensions; got 4"):
        Itq.fit(units(50, 8), 8).codes(units(3, 4))

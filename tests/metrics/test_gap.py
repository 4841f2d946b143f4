"""Gap measures against closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import normalize

from sbirlib.metrics import gap
from sbirlib.metrics.gap import (
    alignment,
    centroid_distance,
    class_gap,
    knn_mixing,
    mmd,
    probe_accuracy,
    relative_gap,
    uniformity,
)


def normal(n: int, d: int, seed: int, shift: float = 0.0) -> torch.Tensor:
    x = torch.randn(n, d, generator=torch.Generator().manual_seed(seed))
    x[:, 0] += shift
    return x


def test_identical_sets_have_no_gap() -> None:
    x, labels = normal(60, 5, 0), torch.arange(60) % 4
    assert centroid_distance(x, x) == relative_gap(x, x) == class_gap(x, x, labels, labels) == 0
    assert probe_accuracy(x, x) == 0.5
    off = (-torch.pdist(x.double()).square() / 2).exp().mean().item()  # E over pairs; across, the twins count, too
    assert mmd(x, x, bandwidth=1.0) == pytest.approx(2 * off - 2 * (off * 59 + 1) / 60)
    assert knn_mixing(x, x, k=119) == pytest.approx(1)  # all others are neighbours: chance by construction
    one = torch.ones(5, 3)
    assert alignment(one, one, labels[:5], labels[:5]) == 0
    assert uniformity(one) == 0


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_shifted_gaussians(shift: float) -> None:
    d, n = 4, 4000
    s, p = normal(n, d, 1), normal(n, d, 2, shift)
    assert centroid_distance(s, p) == pytest.approx(shift, abs=0.07)
    assert relative_gap(s, p) == pytest.approx((shift**2 / 4) / (shift**2 / 4 + d), abs=0.02)
    # the best linear cut is right with Phi(shift / 2)
    assert probe_accuracy(s, p) == pytest.approx((1 + math.erf(shift / 2 / math.sqrt(2))) / 2, abs=0.02)
    # E exp(-|x - y|^2 / 2b^2) of Gaussians is one: (b^2 / (b^2 + 2))^(d/2) exp(-shift^2 / 2(b^2 + 2))
    b = 1.5
    want = 2 * (b**2 / (b**2 + 2)) ** (d / 2) * (1 - math.exp(-(shift**2) / 2 / (b**2 + 2)))
    assert mmd(s[:1500], p[:1500], bandwidth=b) == pytest.approx(want, abs=0.02)
    labels = torch.zeros(n, dtype=torch.long)
    assert alignment(s, p, labels, labels) == pytest.approx(2 * d + shift**2, rel=0.06)


def test_one_distribution_looks_like_one() -> None:
    s, p = normal(1000, 6, 3), normal(700, 6, 4)
    assert probe_accuracy(s, p) == pytest.approx(0.5, abs=0.05)
    assert knn_mixing(s, p) == pytest.approx(1, abs=0.05)
    assert mmd(s, p) == pytest.approx(0, abs=0.003)
    assert relative_gap(s, p) == pytest.approx(0, abs=0.003)


def test_unequal_sizes_do_not_sway_the_probe() -> None:
    """Ten times more photos: always saying photo would be right 91 % of the time, and is worth .5 here."""
    assert probe_accuracy(normal(100, 4, 5), normal(1000, 4, 6)) == pytest.approx(0.5, abs=0.08)
    assert probe_accuracy(normal(100, 4, 5), normal(1000, 4, 6, 3.0)) == pytest.approx(0.933, abs=0.04)


def test_separable_sets() -> None:
    s, p = normal(80, 5, 7), normal(90, 5, 8, 30.0)
    assert probe_accuracy(s, p) == 1
    assert knn_mixing(s, p) == 0
    assert relative_gap(s, p) > 0.95


def test_the_probe_is_cross_validated() -> None:
    """More dimensions than points: any labelling can be fitted, and held-out points are still told apart by chance."""
    assert probe_accuracy(normal(60, 200, 9), normal(60, 200, 10)) == pytest.approx(0.5, abs=0.15)


def test_mixing_by_hand() -> None:
    """On a line s s p p, one neighbour each: s0-s1, s1-s0, p0-p1, p1-p0; moved together in pairs s p s p they mix."""
    apart = torch.tensor([[0.0], [1.0]]), torch.tensor([[10.0], [11.0]])
    paired = torch.tensor([[0.0], [10.0]]), torch.tensor([[1.0], [11.0]])
    assert knn_mixing(*apart, k=1) == 0
    assert knn_mixing(*paired, k=1) == pytest.approx(1 / (2 / 3))  # chance is 2 of the 3 others


def test_uniformity_of_the_sphere() -> None:
    """Far apart in many dimensions, |x - y|^2 is about 2, and the measure about -2t = -4."""
    x = normalize(normal(400, 512, 11), dim=1)
    assert uniformity(x) == pytest.approx(-4, abs=0.05)
    assert uniformity(normalize(x + 5, dim=1)) > -1


def test_class_gap_by_hand() -> None:
    s, p = torch.tensor([[0.0, 0], [2, 0], [5, 5]]), torch.tensor([[1.0, 3], [5, 6], [9, 9]])
    found = class_gap(s, p, torch.tensor([0, 0, 1]), torch.tensor([0, 1, 2]))  # class 2 has no sketch
    assert found == pytest.approx((3 + 1) / 2)
    with pytest.raises(ValueError, match="got none in common"):
        class_gap(s, p, torch.tensor([0, 0, 1]), torch.tensor([3, 4, 5]))


def test_all_of_them() -> None:
    s, p = normal(120, 6, 12), normal(150, 6, 13, 2.0)
    ls, lp = torch.arange(120) % 3, torch.arange(150) % 3
    found = gap(s, p, ls, lp)
    unit_s, unit_p = normalize(s, dim=1), normalize(p, dim=1)
    assert found["centroid_distance"] == pytest.approx(centroid_distance(unit_s, unit_p))
    assert found["alignment"] == pytest.approx(alignment(unit_s, unit_p, ls, lp))
    assert found["uniformity"] == pytest.approx(uniformity(torch.cat([unit_s, unit_p])), rel=1e-6)
    assert set(gap(s, p)) == set(found) - {"alignment", "class_gap"}
    assert gap(s, p, limit=50) == gap(s, p, limit=50), "a seeded draw repeats"
    assert gap(7 * s, 0.1 * p) == pytest.approx(gap(s, p), rel=1e-5, abs=1e-6), "lengths do not matter"

    order, other = torch.randperm(120, generator=torch.Generator().manual_seed(0)), torch.randperm(150)
    moved = gap(s[order], p[other], ls[order], lp[other])
    assert moved.pop("probe_accuracy") == pytest.approx(found.pop("probe_accuracy"), abs=0.03)  # other folds
    assert moved == pytest.approx(found, rel=1e-5)


def test_errors() -> None:
    s, p = normal(10, 4, 0), normal(10, 4, 1)
    with pytest.raises(ValueError, match="sketch and photo have one width; got 4 and 3"):
        gap(s, p[:, :3])
    with pytest.raises(ValueError, match="2 sketches and 2 photos or more; got 1 and 10"):
        gap(s[:1], p)
    with pytest.raises(ValueError, match="labels are given for both"):
        gap(s, p, torch.zeros(10, dtype=torch.long))

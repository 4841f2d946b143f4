from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize, triplet_margin_loss

from sbirlib.losses.margins import triplet


def vectors(seed: int, count: int = 6) -> Tensor:
    return normalize(torch.randn(count, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64), dim=1)


THREE = vectors(0), vectors(1), vectors(2)


def slow(sketches: Tensor, photos: Tensor, negatives: Tensor, margin: float, distance: str) -> float:
    """The formula, number by number."""

    def apart(one: list[float], two: list[float]) -> float:
        if distance == "cosine":
            return 1 - sum(a * b for a, b in zip(one, two, strict=True))
        return math.sqrt(sum((a - b) ** 2 for a, b in zip(one, two, strict=True)))

    rows = zip(sketches.tolist(), photos.tolist(), negatives.tolist(), strict=True)
    costs = [max(0.0, margin + apart(sketch, photo) - apart(sketch, negative)) for sketch, photo, negative in rows]
    return sum(costs) / len(costs)


def test_by_hand() -> None:
    """A sketch at 0 degrees, its photo at 60, another at 90: distances 1 - 1/2 and 1; and one that is told by far."""
    sketches = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    photos = torch.tensor([[0.5, math.sqrt(0.75)], [1.0, 0.0]])
    negatives = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    assert triplet(sketches, photos, negatives, margin=0.7).item() == pytest.approx((0.7 + 0.5 - 1.0 + 0.0) / 2)
    # as the crow flies: 1 and sqrt(2); 0 and 2
    expected = (1 + 1 - math.sqrt(2) + 0) / 2
    assert triplet(sketches, photos, negatives, 1.0, "euclidean").item() == pytest.approx(expected)


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
@pytest.mark.parametrize("margin", [0.0, 0.3, 1.0])
def test_it_is_what_the_formula_says(margin: float, distance: str) -> None:
    assert triplet(*THREE, margin, distance).item() == pytest.approx(slow(*THREE, margin, distance))


def test_the_euclidean_one_is_torchs() -> None:
    torch.testing.assert_close(
        triplet(*THREE, 1.0, "euclidean"), triplet_margin_loss(*THREE, margin=1.0), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
def test_order_and_turns_make_no_difference(distance: str) -> None:
    expected = triplet(*THREE, 0.3, distance)
    order, turn = torch.tensor([5, 2, 0, 1, 4, 3]), torch.linalg.qr(torch.randn(4, 4, dtype=torch.float64))[0]
    torch.testing.assert_close(triplet(*(part[order] for part in THREE), 0.3, distance), expected)
    torch.testing.assert_close(triplet(*(part @ turn for part in THREE), 0.3, distance), expected)


def test_the_scale_of_euclidean_vectors_and_margin_is_the_scale_of_the_loss() -> None:
    expected = 3 * triplet(*THREE, 0.3, "euclidean")
    torch.testing.assert_close(triplet(*(3 * part for part in THREE), 0.9, "euclidean"), expected)


@pytest.mark.parametrize("distance", ["cosine", "euclidean"])
def test_gradients(distance: str) -> None:
    given = tuple(part.clone().requires_grad_() for part in THREE)
    assert torch.autograd.gradcheck(lambda *parts: triplet(*parts, 0.3, distance), given)


def test_who_is_far_enough_learns_nothing_more() -> None:
    sketches = torch.tensor([[1.0, 0.0]], requires_grad=True)
    triplet(sketches, torch.tensor([[1.0, 0.0]]), torch.tensor([[-1.0, 0.0]])).backward()
    assert sketches.grad is not None
    assert not sketches.grad.any()


def test_a_sketch_that_lies_on_its_photo_has_a_finite_gradient() -> None:
    sketches = torch.tensor([[1.0, 0.0]], requires_grad=True)
    triplet(sketches, torch.tensor([[1.0, 0.0]]), torch.tensor([[0.6, 0.8]]), 1.0, "euclidean").backward()
    assert sketches.grad is not None
    assert torch.isfinite(sketches.grad).all()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"are all \(n, d\); got \(6, 4\), \(5, 4\), \(6, 4\)"):
        triplet(THREE[0], THREE[1][:5], THREE[2])
    with pytest.raises(ValueError, match="a distance is cosine or euclidean; got 'manhattan'"):
        triplet(*THREE, distance="manhattan")

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from sbirlib.losses.contrastive import both_ways, clip_loss, contrast

LABELS = torch.tensor([0, 1, 0, 2, 1])
SAME = LABELS[:, None] == LABELS[None]


def vectors(count: int, seed: int = 0) -> Tensor:
    return normalize(torch.randn(count, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64), dim=1)


def slow(queries: Tensor, keys: Tensor, scale: float, together: Tensor) -> float:
    """The formula, number by number."""
    total = 0.0
    for i in range(len(queries)):
        scores = [scale * sum(float(a) * float(b) for a, b in zip(queries[i], key, strict=True)) for key in keys]
        everything = sum(math.exp(score) for score in scores)
        own = [j for j in range(len(keys)) if together[i, j]]
        total += sum(-math.log(math.exp(scores[j]) / everything) for j in own) / len(own)
    return total / len(queries)


def test_by_hand() -> None:
    """Two queries, three keys, scale ln 4: scores are 1 and 0, their exponentials 4 and 1."""
    queries, keys = torch.eye(2), torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    together = torch.tensor([[True, False, False], [False, True, True]])
    # the first: 4 of 4 + 1 + 1; the second: 4 of 1 + 4 + 4, for either of its two
    expected = (-math.log(4 / 6) - math.log(4 / 9)) / 2
    assert contrast(queries, keys, math.log(4), together).item() == pytest.approx(expected, rel=1e-6)


def test_a_positive_that_is_far_costs_its_share() -> None:
    """One query with two keys of its own, one near and one across: the mean of both, not their sum inside the log."""
    found = contrast(torch.eye(2)[:1], torch.eye(2), math.log(4), torch.tensor([[True, True]])).item()
    assert found == pytest.approx((-math.log(4 / 5) - math.log(1 / 5)) / 2, rel=1e-6)


@pytest.mark.parametrize("scale", [0.5, 14.0])
def test_it_is_what_the_formula_says(scale: float) -> None:
    queries, keys = vectors(5), vectors(7, seed=1)
    together = torch.rand(5, 7, generator=torch.Generator().manual_seed(2)) < 0.4
    together[:, 0] = True
    assert contrast(queries, keys, scale, together).item() == pytest.approx(slow(queries, keys, scale, together))
    diagonal = contrast(queries, keys[:5], scale).item()
    assert diagonal == pytest.approx(slow(queries, keys[:5], scale, torch.eye(5)))


def test_row_by_row_it_is_cross_entropy() -> None:
    queries, keys = vectors(5), vectors(5, seed=1)
    expected = cross_entropy(7 * queries @ keys.T, torch.arange(5))
    torch.testing.assert_close(contrast(queries, keys, 7.0), expected)
    torch.testing.assert_close(contrast(queries, keys, 7.0, torch.eye(5, dtype=torch.bool)), expected)


def test_clip_is_both_ways_half_each() -> None:
    images, texts = vectors(5), vectors(5, seed=1)
    logits = 7 * images @ texts.T
    expected = (cross_entropy(logits, torch.arange(5)) + cross_entropy(logits.T, torch.arange(5))) / 2
    torch.testing.assert_close(clip_loss(images, texts, 7.0), expected)
    torch.testing.assert_close(clip_loss(texts, images, 7.0), expected)
    by_class = (slow(images, texts, 7.0, SAME) + slow(texts, images, 7.0, SAME)) / 2
    assert clip_loss(images, texts, 7.0, LABELS).item() == pytest.approx(by_class)
    assert by_class != pytest.approx(expected.item())


def test_each_with_a_label_of_its_own_is_plain_clip() -> None:
    images, texts = vectors(5), vectors(5, seed=1)
    torch.testing.assert_close(clip_loss(images, texts, 7.0, torch.arange(5)), clip_loss(images, texts, 7.0))


@pytest.mark.parametrize("labels", [None, LABELS])
def test_the_order_of_a_batch_makes_no_difference(labels: Tensor | None) -> None:
    images, texts, order = vectors(5), vectors(5, seed=1), torch.tensor([3, 0, 4, 1, 2])
    mixed = None if labels is None else labels[order]
    torch.testing.assert_close(
        clip_loss(images[order], texts[order], 7.0, mixed), clip_loss(images, texts, 7.0, labels)
    )


def test_a_turn_of_the_whole_space_makes_no_difference() -> None:
    images, texts = vectors(5), vectors(5, seed=1)
    turn = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64))[0]
    torch.testing.assert_close(
        clip_loss(images @ turn, texts @ turn, 7.0, LABELS), clip_loss(images, texts, 7.0, LABELS)
    )


def test_bounds() -> None:
    apart = torch.eye(4)
    assert clip_loss(apart, apart, 100.0).item() == pytest.approx(0.0, abs=1e-6)
    assert clip_loss(apart, apart, 0.0).item() == pytest.approx(math.log(4))  # nothing is told from anything
    assert torch.isfinite(clip_loss(apart, -apart, 100.0))
    assert clip_loss(apart, apart, 100.0, torch.zeros(4)).item() == pytest.approx(75.0, rel=1e-4)


def halved(images: Tensor, texts: Tensor, scale: Tensor) -> Tensor:
    return clip_loss(images, texts, scale, LABELS)


@pytest.mark.parametrize("loss", [clip_loss, halved])
def test_gradients(loss: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    given = (vectors(5), vectors(5, seed=1), torch.tensor(7.0, dtype=torch.float64))
    assert torch.autograd.gradcheck(loss, tuple(each.requires_grad_() for each in given))


def test_what_belongs_together_is_pulled_and_the_rest_is_pushed() -> None:
    keys = torch.eye(3, dtype=torch.float64)
    query = normalize(torch.ones(1, 3, dtype=torch.float64), dim=1).requires_grad_()
    contrast(query, keys, 5.0, torch.tensor([[True, False, False]])).backward()
    assert query.grad is not None
    assert query.grad[0, 0] < 0 < query.grad[0, 1]  # a step against the gradient goes towards the first


@pytest.mark.parametrize(
    ("queries", "keys", "together", "words"),
    [
        ((4, 3), (4, 2), None, r"queries \(n, d\) and keys \(m, d\) were expected; got \(4, 3\), \(4, 2\)"),
        ((3,), (4, 3), None, r"got \(3,\), \(4, 3\)"),
        ((4, 3), (5, 3), None, r"row i belongs to row i: as many keys as queries; got \(4, 5\)"),
        ((4, 3), (5, 3), (5, 4), r"which keys belong to it, \(4, 5\); got \(5, 4\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    queries: tuple[int, ...], keys: tuple[int, ...], together: tuple[int, ...] | None, words: str
) -> None:
    said = None if together is None else torch.ones(together, dtype=torch.bool)
    with pytest.raises(ValueError, match=words):
        contrast(torch.ones(queries), torch.ones(keys), 1.0, said)


def test_both_ways_by_hand() -> None:
    """Two sketches of classes 0 and 1, photos of 0, 1 and 2, scale ln 4 (exponentials 4 and 1). Sketches: 4 of 4 + 1 +
    1, and 4 of 1 + 4 + 4, as photo 2 looks like photo 1. Photo 2 has no sketch and asks none; the others: 4 of 5."""
    sketches, photos = torch.eye(2), torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    together = torch.tensor([0, 1])[:, None] == torch.tensor([0, 1, 2])[None]
    there, back = (-math.log(4 / 6) - math.log(4 / 9)) / 2, -math.log(4 / 5)
    assert both_ways(sketches, photos, math.log(4), together).item() == pytest.approx((there + back) / 2)


def test_both_ways_of_rows_is_clips_loss() -> None:
    one, other = vectors(5), vectors(5, seed=1)
    torch.testing.assert_close(both_ways(one, other, 7.0, torch.eye(5) == 1), clip_loss(one, other, 7.0))

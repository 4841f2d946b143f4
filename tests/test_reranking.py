from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.imageset import ImageSet
from sbirlib.metrics.retrieval import from_scores
from sbirlib.models.contract import Model
from sbirlib.reranking import ahead, reordering
from tests.data.small import bench
from tests.logs import log_of


def noisy(images: Tensor, salt: int) -> Tensor:
    """A vector for each picture, by its grey, that says nothing of it."""
    greys = images[:, 0, 0, 0].long()
    table = torch.randn(256, 16, generator=torch.Generator().manual_seed(salt))
    return normalize(table[greys], dim=1)


class Looking(Model):
    """Its embedding knows nothing; its second look knows which class each picture is of, from its number."""

    def __init__(self, by_tokens: bool = True) -> None:
        super().__init__(size=8, config={"by_tokens": by_tokens})
        if not by_tokens:
            self.tokens = None  # type: ignore[assignment]

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return noisy(images, salt=int(modality == "sketch"))

    def tokens(self, images: Tensor, modality: str) -> Tensor:
        return images.float().mean((2, 3))[:, None] / (20 if modality == "sketch" else 10)

    def score(self, queries: Tensor, gallery: Tensor) -> Tensor:
        log_of(self).append((len(queries), len(gallery)))
        if queries.ndim == 4:
            queries, gallery = self.grey(queries) / 20, self.grey(gallery) / 10
        one, other = (x.reshape(len(x), -1)[:, 0].floor() for x in (queries, gallery))
        return (one[:, None] == other[None]).float()

    @staticmethod
    def grey(images: Tensor) -> Tensor:
        return images.float().mean((2, 3))


def by_hand(model: Looking, sketches: ImageSet, photos: ImageSet, budget: int) -> list[list[int]]:
    """The ranking of each sketch, one by one; where the scorer can't decide, the earlier photo first."""
    scores = sb.embed(model, sketches) @ sb.embed(model, photos).T
    rankings = []
    for row, label in zip(scores.tolist(), sketches.labels.tolist(), strict=True):
        order = sorted(range(len(row)), key=lambda photo: -row[photo])
        best, rest = order[:budget], order[budget:]
        right = photos.labels.tolist()
        rankings.append([*sorted(best, key=lambda photo: (right[photo] != label, photo)), *rest])
    return rankings


@pytest.mark.parametrize("by_tokens", [True, False])
@pytest.mark.parametrize("budget", [1, 7, 1000])
def test_the_best_are_put_in_the_scorers_order_and_the_others_keep_theirs(budget: int, by_tokens: bool) -> None:
    model, part = Looking(by_tokens), bench().unseen
    scores = sb.embed(model, part.sketches) @ sb.embed(model, part.photos).T
    order = reordering(model, part.sketches, part.photos, budget)
    rows = torch.arange(len(part.sketches)), torch.arange(len(part.photos))
    found = order(*rows, scores)
    for ranking, want in zip(
        found.argsort(dim=1, descending=True, stable=True).tolist(), by_hand(model, part.sketches, part.photos, budget),
        strict=True,
    ):  # fmt: skip
        assert ranking == want
    assert log_of(model) == [(1, min(budget, len(part.photos)))] * len(part.sketches)


def test_ties_of_the_scorer_stay_ties() -> None:
    found = ahead(torch.tensor([[0.9, -0.1, 0.5, 0.4]]), torch.tensor([[0, 2, 3]]), torch.tensor([[0.5, 7.0, 0.5]]))
    assert found.tolist() == [[2.0, pytest.approx(-0.1), 3.0, 2.0]]


def test_a_card_of_re_ranked_photos() -> None:
    model, data = Looking(), bench()
    plain = sb.evaluate(model, data, ceiling=False)
    cards = [sb.evaluate(model, data, rerank=budget, ceiling=False) for budget in (5, 10_000)]
    assert plain["mAP@all"] < cards[0]["mAP@all"] < cards[1]["mAP@all"] == pytest.approx(1)
    assert cards[0].counts["re-ranked"] == 5
    assert cards[0].record is not None
    assert cards[0].record.config["rerank"] == 5
    part = data.unseen
    scores = sb.embed(model, part.sketches) @ sb.embed(model, part.photos).T
    order = reordering(model, part.sketches, part.photos, 5)
    want = from_scores(
        order(torch.arange(len(scores)), torch.arange(scores.shape[1]), scores),
        part.sketches.labels[:, None] == part.photos.labels,
    )
    assert cards[0]["mAP@all"] == pytest.approx(want["mAP@all"])


def nearest_number(self: Looking, queries: Tensor, gallery: Tensor) -> Tensor:
    """Which knows the very photo: every other sketch is of the next one."""
    one, other = ((10 * x.reshape(len(x), -1)[:, 0] + 1e-3).floor() for x in (queries, gallery))
    return -(one[:, None] - other[None]).abs()


@pytest.mark.parametrize("task", ["seen", "generalized", "fine-grained"])
def test_any_protocol_can_be_re_ranked(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos of the protocol's gallery alone are scored, whatever else the benchmark has."""
    if task == "fine-grained":
        monkeypatch.setattr(Looking, "score", nearest_number)
    card = sb.evaluate(Looking(), bench(), task, rerank=10_000)
    metric = next(iter(card.numbers))
    assert card[metric] == pytest.approx(1)
    assert card.floor[metric] < 0.5


class Plain(Model):
    def __init__(self) -> None:
        super().__init__(size=8)


def test_models_and_budgets_that_can_not_be_are_refused() -> None:
    part = bench().unseen
    with pytest.raises(TypeError, match=r"a model that scores pairs, by score\(queries, gallery\); got a Plain"):
        reordering(Plain(), part.sketches, part.photos, 5)
    budgets: list[Any] = [0, -1, 2.5, True]
    for budget in budgets:
        with pytest.raises(ValueError, match="1 pair a query or more; got a budget of"):
            reordering(Looking(), part.sketches, part.photos, budget)


def test_a_scorer_of_another_shape_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Looking, "score", lambda self, queries, gallery: torch.zeros(len(gallery)))
    with pytest.raises(ValueError, match=r"score gives \(queries, gallery\), here \(1, 4\); got \(4,\)"):
        sb.evaluate(Looking(), bench(), rerank=4)

from __future__ import annotations

import itertools

import pytest
import torch

import sbirlib as sb
from sbirlib.protocols import METRICS, Items, Protocol, chance, score

ZERO_SHOT = Protocol("zero-shot", "world/mixed")


def toy(classes: int = 6, each: int = 8, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, Items, Items]:
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(classes).repeat_interleave(each)
    centres = torch.randn(classes, 16, generator=generator)
    vectors = [centres[labels] + torch.randn(len(labels), 16, generator=generator) for _ in range(2)]
    keys = [f"{c}/{i}" for i, c in enumerate(labels.tolist())]
    items = Items(labels, labels >= classes // 2, keys, torch.arange(len(labels)), ["paired"] * len(labels))
    return vectors[0], vectors[1], items, items


def test_a_card_holds_what_the_metrics_say_about_the_chosen_items() -> None:
    sketches, photos, items, _ = toy()
    card = score(ZERO_SHOT, sketches, photos, items, items, model="m", classes=["a", "b", "c", "d", "e", "f"])
    rows = (~items.seen).nonzero()[:, 0]
    direct = sb.metrics.retrieval(sketches[rows], photos[rows], items.labels[rows], items.labels[rows])
    assert dict(card.numbers) == pytest.approx(direct)
    assert card.counts == {"queries": 24, "photos": 24, "classes": 3}
    assert card["mAP@all"] == pytest.approx(float(card.queries["mAP@all"].mean()))
    assert list(card.per_class("mAP@all")) == ["a", "b", "c"]
    assert sum(card.per_class("mAP@all").values()) / 3 == pytest.approx(card["mAP@all"])  # classes of one size


def test_within_its_category_every_query_has_its_own_gallery() -> None:
    sketches, photos, items, _ = toy()
    protocol = Protocol("fg/within-category", "world/mixed", "paired", "fine-grained")
    card = score(protocol, sketches, photos, items, items)
    hits = []
    for row in (~items.seen).nonzero()[:, 0].tolist():
        own = (items.labels == items.labels[row]).nonzero()[:, 0]
        similar = torch.nn.functional.cosine_similarity(sketches[row][None], photos[own])
        hits.append(float(own[similar.argmax()] == row))
    assert card["Acc@1"] == pytest.approx(sum(hits) / len(hits))
    assert card.floor["Acc@1"] == pytest.approx(1 / 8)
    wider = score(Protocol("fg/all-unseen", "world/mixed", "paired", "fine-grained"), sketches, photos, items, items)
    assert wider["Acc@1"] <= card["Acc@1"]
    assert wider.floor["Acc@1"] == pytest.approx(1 / 24)


def test_the_order_of_the_items_is_nothing() -> None:
    sketches, photos, items, _ = toy()
    order = torch.randperm(len(photos), generator=torch.Generator().manual_seed(1))
    moved = Items(items.labels[order], items.seen[order], [items.keys[i] for i in order])
    assert dict(score(ZERO_SHOT, sketches, photos[order], items, moved).numbers) == pytest.approx(
        dict(score(ZERO_SHOT, sketches, photos, items, items).numbers)
    )


@pytest.mark.parametrize("metric", ["ap/exact", "apk/min_rk@3", "apk/hits@3", "p/k@2", "acc@1", "mrr", "ndcg@4"])
@pytest.mark.parametrize("relevant", [1, 2, 4])
def test_chance_is_the_mean_over_all_orders(metric: str, relevant: int) -> None:
    orders = [
        [1 if place in places else 0 for place in range(6)] for places in itertools.combinations(range(6), relevant)
    ]
    mean = sb.metrics.measure(torch.tensor(orders), metric).mean()
    assert chance(metric, torch.tensor([relevant]), 6).item() == pytest.approx(mean.item())


@pytest.mark.parametrize("metric", ["ap/voc", "apk/voc_min_rk@4", "ap/first@2"])
def test_chance_without_a_closed_form_is_estimated_closely(metric: str) -> None:
    orders = [[int(place in places) for place in range(7)] for places in itertools.combinations(range(7), 3)]
    mean = sb.metrics.measure(torch.tensor(orders), metric).mean()
    assert chance(metric, torch.tensor([3]), 7).item() == pytest.approx(mean.item(), abs=0.03)


@pytest.mark.parametrize("metric", [name for name in METRICS if name != "fine-grained"])
def test_every_way_of_scoring_gives_a_card_above_its_floor(metric: str) -> None:
    sketches, photos, items, _ = toy()
    card = score(Protocol("zero-shot", "world/mixed", "full", metric), sketches, photos, items, items)
    assert set(card.floor) == set(card.numbers)
    for name, value in card.numbers.items():
        assert value >= card.floor[name] - 1e-9
    assert card["mAP@200"] > card.floor["mAP@200"] if "mAP@200" in card.numbers else True


def test_classes_that_are_not_the_splits_are_refused() -> None:
    labels = torch.tensor([0, 1])
    items = Items(labels, labels == 1, ["a", "b"])
    vectors, protocol = torch.eye(2), Protocol("zero-shot", "sketchy/split2", "full")
    assert score(protocol, vectors, vectors, items, items, classes=["cow", "teapot"])["mAP@all"] == 1
    with pytest.raises(ValueError, match=r"sketchy/split2 has no seen class cow"):
        score(protocol, vectors, vectors, items, items, classes=["bat", "cow"])
    with pytest.raises(ValueError, match=r"sketchy/split2 has no unseen class robot"):
        score(protocol, vectors, vectors, items, items, classes=["robot", "teapot"])


def test_random_embeddings_score_about_the_floor() -> None:
    generator = torch.Generator().manual_seed(0)
    _, _, items, _ = toy(classes=10, each=40)
    vectors = [torch.randn(len(items), 32, generator=generator) for _ in range(2)]
    card = score(ZERO_SHOT, *vectors, items, items)
    for name, value in card.numbers.items():
        assert value == pytest.approx(card.floor[name], abs=0.02)


def test_a_macro_protocol_weighs_classes_alike() -> None:
    labels = torch.tensor([0, 0, 0, 1])
    items = Items(labels, labels < 0, list("abcd"))
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.1], [1.0, -0.1], [0.0, 1.0]])
    asks = torch.tensor([[1.0, 0.0]] * 3 + [[1.0, 0.0]])  # class 0 perfectly, class 1 as badly as can be
    micro = score(Protocol("zero-shot", "world/mixed", "full", "zse_sbir"), asks, vectors, items, items)
    macro = score(Protocol("zero-shot", "world/mixed", "full", "sake"), asks, vectors, items, items)
    assert micro["mAP@all"] == pytest.approx((1 + 1 + 1 + 0.25) / 4)
    assert macro["mAP@all"] == pytest.approx((1 + 0.25) / 2)


def test_the_gap_is_measured_on_request_on_the_chosen_items() -> None:
    sketches, photos, items, _ = toy()
    assert score(ZERO_SHOT, sketches, photos, items, items).gap == {}
    near = score(ZERO_SHOT, sketches, photos, items, items, gap=True).gap
    far = score(ZERO_SHOT, sketches + 5, photos, items, items, gap=True).gap
    assert far["centroid_distance"] > near["centroid_distance"]


def test_embeddings_that_do_not_fit_their_items_are_refused() -> None:
    sketches, photos, items, _ = toy()
    with pytest.raises(ValueError, match=r"photos: one embedding an item was expected, 48; got 47"):
        score(ZERO_SHOT, sketches, photos[:-1], items, items)

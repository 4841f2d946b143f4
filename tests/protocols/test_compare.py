from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from sbirlib.data import simulated
from sbirlib.protocols import Protocol, ScoreCard, compare, compare_cards, compare_classes, score
from sbirlib.protocols.compare import bootstrap, by_class, few

PROTOCOL = Protocol("zero-shot", "world/mixed")


def card(values: torch.Tensor, labels: torch.Tensor, model: str, protocol: Protocol = PROTOCOL) -> ScoreCard:
    mean = float(values[~values.isnan()].mean())
    return ScoreCard(protocol, {"mAP@all": mean}, model, queries={"mAP@all": values}, labels=labels)


LABELS = torch.arange(20).repeat_interleave(30)


def pair(effect: torch.Tensor, seed: int = 0) -> tuple[ScoreCard, ScoreCard]:
    """Two models: the second adds `effect` to each class; queries and classes vary as real ones do."""
    generator = torch.Generator().manual_seed(seed)
    base = 0.5 + 0.15 * torch.randn(20, generator=generator)[LABELS] + 0.05 * torch.randn(600, generator=generator)
    noise = 0.02 * torch.randn(600, generator=generator)
    return card(base, LABELS, "first"), card(base + effect[LABELS] + noise, LABELS, "second")


def test_a_gain_in_every_class_is_decided_and_its_opposite_too() -> None:
    first, second = pair(torch.full((20,), 0.03))
    found = compare(first, second)
    assert found.decided
    assert 0 < found.low < found.difference < found.high
    back = compare(second, first)
    assert back.difference == pytest.approx(-found.difference)
    assert back.high < 0


def test_a_gain_in_some_classes_and_a_loss_in_others_is_not() -> None:
    effect = torch.tensor([0.2, -0.2] * 10)
    effect[0] = 0.5
    first, second = pair(effect)
    found = compare(first, second)
    assert not found.decided
    assert "not decided" in repr(found)
    # as if queries were independent, it would have been: that is the mistake this guards against
    deltas = (second.queries["mAP@all"] - first.queries["mAP@all"]).numpy()
    assert found.high - found.low > 3 * 2 * 1.96 * deltas.std() / len(deltas) ** 0.5


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(40):
        effect = 0.02 + 0.05 * torch.randn(20, generator=torch.Generator().manual_seed(1000 + seed))
        found = compare(*pair(effect, seed), draws=400)
        covered += found.low <= 0.02 <= found.high
    assert 34 <= covered <= 40  # 95 % of 40 is 38


def test_the_bootstrap_of_one_value_a_class_is_the_plain_one() -> None:
    values = np.random.default_rng(0).normal(size=50)
    drawn = bootstrap([np.array([v]) for v in values], macro=False, draws=4000, seed=1)
    assert drawn.std() == pytest.approx(values.std() / 50**0.5, rel=0.1)


def test_a_macro_protocol_compares_class_means() -> None:
    labels = torch.tensor([0] * 30 + [1])
    zero = torch.zeros(31)
    gain = torch.cat([torch.zeros(30), torch.ones(1)])
    macro = Protocol("zero-shot", "world/mixed", "full", "sake")
    groups = [np.zeros(30), np.ones(1)]
    assert bootstrap(groups, True, 500, 0).mean() == pytest.approx(0.5, abs=0.05)
    assert bootstrap(groups, False, 500, 0).mean() < 0.35
    assert compare(card(zero, labels, "a", macro), card(gain, labels, "b", macro)).classes == 2


def test_cards_of_different_protocols_are_refused_with_the_reason() -> None:
    first, _ = pair(torch.zeros(20))
    other = card(first.queries["mAP@all"], LABELS, "other", Protocol("seen", "world/mixed"))
    with pytest.raises(ValueError, match="not measured alike: task zero-shot against seen; anyway=True"):
        compare(first, other)
    bare = compare(first, other, anyway=True)
    assert bare.difference == 0
    assert not bare.decided
    assert "different protocols" in repr(bare)


def test_cards_of_other_queries_are_refused() -> None:
    first, second = pair(torch.zeros(20))
    fewer = card(second.queries["mAP@all"][:-1], LABELS[:-1], "second")
    with pytest.raises(ValueError, match="the same queries on both cards"):
        compare(first, fewer)


def test_cards_of_other_sketches_or_another_gallery_are_refused() -> None:
    one, other = (simulated(seed, classes=6, unseen=3, pairs=2, extended=3) for seed in (0, 1))
    cards = [
        score(Protocol("zero-shot", "toy/drawn", "extend"), c.sketches, c.photos, c.sketch_items, items)
        for c, items in ((one, one.photo_items), (other, replace(other.photo_items, keys=[*one.photo_items.keys])))
    ]
    assert compare(*cards).classes == 3  # same keys: the same items, as far as a card can know
    renamed = replace(other.sketch_items, keys=[f"other/{key}" for key in other.sketch_items.keys])
    third = score(cards[0].protocol, other.sketches, other.photos, renamed, other.photo_items)
    with pytest.raises(ValueError, match="not the same queries"):
        compare(cards[0], third)
    fewer = replace(one.photo_items, sources=["paired"] * 13 + list(one.photo_items.sources or ())[13:])
    fourth = score(cards[0].protocol, one.sketches, one.photos, one.sketch_items, fewer)
    with pytest.raises(ValueError, match="not the same gallery"):
        compare(cards[0], fourth)


def test_few_classes_widen_the_interval() -> None:
    assert few(1, 0.95) == float("inf")
    assert few(10, 0.95) == pytest.approx(2.262 / 1.960 * (10 / 9) ** 0.5, abs=0.01)  # t of nine degrees, from a table
    assert few(5, 0.95) > few(50, 0.95) > 1


def test_skipped_queries_are_left_out_of_both() -> None:
    first, second = pair(torch.full((20,), 0.03))
    values = second.queries["mAP@all"].clone()
    values[0] = float("nan")
    assert compare(first, card(values, LABELS, "second")).queries == 599


def test_the_same_seed_gives_the_same_interval() -> None:
    cards = pair(torch.full((20,), 0.01))
    assert compare(*cards, seed=3) == compare(*cards, seed=3)
    assert compare(*cards, seed=3) != compare(*cards, seed=4)


def seeds(effect: np.ndarray, seed: int, shared: float = 0.0) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Three seeds of two models on 20 classes; `shared` is what a seed does to all classes of the second."""
    rng = np.random.default_rng(seed)
    base = 0.5 + 0.15 * rng.standard_normal(20)
    common = shared * rng.standard_normal(3)
    first = [{f"c{c}": base[c] + 0.01 * rng.standard_normal() for c in range(20)} for _ in range(3)]
    second = [
        {f"c{c}": base[c] + effect[c] + common[s] + 0.01 * rng.standard_normal() for c in range(20)} for s in range(3)
    ]
    return first, second


def test_records_are_compared_over_classes_and_seeds() -> None:
    found = compare_classes(*seeds(np.full(20, 0.03), 0), names=("one", "other"), note="zero-shot")
    assert found.decided
    assert found.difference == pytest.approx(0.03, abs=0.01)
    assert (found.classes, found.queries, found.unit) == (20, 3, "seeds")
    assert repr(found).startswith("other minus one, mAP@all: +0.0")
    assert "over 20 classes and 3 seeds; the interval leaves out zero\n  zero-shot" in repr(found)
    assert not compare_classes(*seeds(np.array([0.1, -0.1] * 10), 0)).decided


def test_what_seeds_do_to_all_classes_widens_the_interval() -> None:
    calm, moved = (compare_classes(*seeds(np.full(20, 0.03), 1, shared)) for shared in (0.0, 0.05))
    assert moved.high - moved.low > 2 * (calm.high - calm.low)


@pytest.mark.parametrize(("classes", "shared"), [(0.05, 0.0), (0.02, 0.02), (0.05, 0.02), (0.0, 0.02)])
def test_the_interval_covers_the_truth_whatever_varies(classes: float, shared: float) -> None:
    covered = 0
    for seed in range(200):
        effect = 0.02 + classes * np.random.default_rng(1000 + seed).standard_normal(20)
        found = compare_classes(*seeds(effect, seed, shared))
        covered += found.low <= 0.02 <= found.high
    assert covered >= 182  # 95 % of 200 is 190, and its deviation 3


def test_what_learns_nothing_stands_beside_every_seed() -> None:
    first, second = seeds(np.full(20, 0.03), 0)
    found = compare_classes(first[:1], second, still=True)
    by_hand = np.mean([scores[name] - first[0][name] for scores in second for name in scores])
    assert found.difference == pytest.approx(by_hand)
    assert compare_classes(first[:1], second[:1], still=True).queries == 1
    with pytest.raises(ValueError, match="one seed says nothing of others: train more, or say still=True"):
        compare_classes(first[:1], second)
    with pytest.raises(ValueError, match="seeds are compared with as many seeds; got 2 and 3"):
        compare_classes(first[:2], second)
    del second[0]["c3"]
    with pytest.raises(ValueError, match="two classes or more, each scored in every mapping; see c3"):
        compare_classes(first, second)
    with pytest.raises(ValueError, match="see 0 to compare"):
        compare_classes([], [])


def test_cards_of_several_splits_stand_side_by_side() -> None:
    def made(protocol: str = "zero-shot", **scores: float) -> dict[str, Any]:
        return {"protocol": protocol, "per_class": {"mAP@all": scores}}

    first = {"mixed": [made(cow=0.1, owl=0.2)], "hard": [made(cow=0.3)]}
    second = {"mixed": [made(cow=0.2, owl=0.2), made(cow=0.4, owl=0.2)], "hard": [made(cow=0.4), made(cow=0.4)]}
    assert by_class(first) == [{"cow": 0.2, "owl": 0.2}]
    found = compare_cards(first, second, still=True, names=("one", "other"))
    assert found.difference == pytest.approx(((0.3 + 0.4) / 2 - 0.2) / 2)
    assert found.classes == 2  # the cow counts once
    with pytest.raises(ValueError, match="both sides have the same splits; got mixed against mixed, hard"):
        compare_cards({"mixed": first["mixed"]}, second, still=True)
    other = {**second, "hard": [made("generalized", cow=0.4)] * 2}
    with pytest.raises(ValueError, match="hard: these cards were not measured alike: generalized against zero-shot"):
        compare_cards(first, other, still=True)
    with pytest.raises(ValueError, match="these cards keep mAP@all by class; got 'Acc@1'"):
        compare_cards(first, second, "Acc@1", still=True)
    with pytest.raises(ValueError, match="every split has as many cards, 3, or one; got far 2"):
        by_class({"mixed": second["mixed"][:1], "hard": [*second["hard"], made(cow=1.0)], "far": second["hard"]})

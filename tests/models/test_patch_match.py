from __future__ import annotations

from collections.abc import Iterable
from math import exp, sqrt
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Triplets
from sbirlib.data.imageset import ImageSet
from sbirlib.embedding import tokens
from sbirlib.encoders import Clip, clip
from sbirlib.models import Model, PatchMatch, patch_match
from sbirlib.models.patch_match import Across
from tests.models.contract import Contract, world


def tiny() -> Clip:
    return clip("tiny")


def built(seed: int = 0, **options: Any) -> PatchMatch:
    """Its own layers begin by chance."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return PatchMatch(tiny(), **options).eval()


def pictures(modality: str, count: int) -> Tensor:
    unseen = world(48, 2).unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count))


class TestPatchMatch(Contract):
    idle = ("across.key.bias",)
    """What is added to all scores of a softmax alike changes nothing."""

    def build(self) -> Model:
        return built().train()


class TestMatchesAsTheyAre(Contract):
    def build(self) -> Model:
        return built(cross=False, learned=False).train()

    def test_only_the_encoder_learns(self, run: Any) -> None:
        learning = {name for name, each in run.model.named_parameters() if each.requires_grad}
        assert learning == {f"encoder.model.visual.{name}" for name, _ in run.model.encoder.visual.named_parameters()}


def linear(layer: Any, x: list[float]) -> list[float]:
    rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
    return [sum(w * v for w, v in zip(row, x, strict=True)) + bias for row, bias in rows]


def cosine(x: list[float], y: list[float]) -> float:
    dot = sum(a * b for a, b in zip(x, y, strict=True))
    return dot / sqrt(sum(a * a for a in x) * sum(b * b for b in y))


def looked(across: Across, x: list[list[float]], y: list[list[float]]) -> list[list[float]]:
    """x', patch by patch."""
    out = []
    for patch in x:
        query = linear(across.query, patch)
        scores = [sum(a * b for a, b in zip(query, linear(across.key, other), strict=True)) for other in y]
        shares = [exp(score / sqrt(len(patch))) for score in scores]
        values = [linear(across.value, own) for own in x]
        found = [sum(s * v[k] for s, v in zip(shares, values, strict=True)) / sum(shares) for k in range(len(patch))]
        out.append([a + b for a, b in zip(patch, linear(across.out, found), strict=True)])
    return out


def by_hand(model: PatchMatch, sketch: Tensor, photo: Tensor) -> float:
    """The score of one pair, by its tokens (t, w)."""
    x, y = sketch.tolist(), photo.tolist()
    if model.across is not None:
        with torch.no_grad():
            x, y = model.across.norm(sketch).tolist(), model.across.norm(photo).tolist()
        x, y = looked(model.across, x, y), looked(model.across, y, x)
    matches = [[cosine(one, other) for other in y] for one in x]
    if model.relation is None:
        return (sum(max(row) for row in matches) / len(matches) + 1) / 2
    layers: Any = model.relation
    hidden = [match for row in matches for match in row]
    for layer in (layers[0], layers[2]):
        hidden = [max(0.0, value) for value in linear(layer, hidden)]
    return 1 / (1 + exp(-linear(layers[4], hidden)[0]))


class TestScores:
    @pytest.mark.parametrize("learned", [True, False])
    @pytest.mark.parametrize("cross", [True, False])
    def test_every_sketch_meets_every_photo(self, cross: bool, learned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """Tokens of nine patches, cut to few numbers so that Python can count them."""
        model = built(cross=cross, learned=learned)
        sketches, photos = (model.tokens(pictures(name, 3), name).detach()[..., :4] for name in ("sketch", "photo"))
        if cross:
            with torch.random.fork_rng():
                torch.manual_seed(1)
                model.across = Across(4)
                for each in model.across.parameters():
                    nn.init.normal_(each)
        expected = [[by_hand(model, sketch, photo) for photo in photos] for sketch in sketches[:2]]
        with torch.no_grad():
            found = model.score(sketches[:2], photos)
            monkeypatch.setattr(patch_match, "PAIRS", 2)
            parts = model.score(sketches[:2], photos)
        torch.testing.assert_close(found, torch.tensor(expected), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(parts, found)
        assert found.std() > 1e-4
        assert ((found >= 0) & (found <= 1)).all()

    def test_the_best_match_of_each_of_the_sketchs_patches_counts(self) -> None:
        """The first finds itself, the second nothing: (1 + 0) / 2, told between 0 and 1. The photo's both find one."""
        model = built(cross=False, learned=False)
        one, other = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]]), torch.tensor([[[3.0, 0.0], [0.5, 0.0]]])
        assert model.score(one, other).tolist() == [[pytest.approx(0.75)]]
        assert model.score(other, one).tolist() == [[pytest.approx(1.0)]]
        assert model.score(one, -one).tolist() == [[pytest.approx(0.5)]]

    def test_matches_are_the_cosines_of_the_patches(self) -> None:
        model = built(cross=False)
        found = model.matches(torch.tensor([[[1.0, 0.0], [3.0, 4.0]]]), torch.tensor([[[0.0, 2.0], [1.0, 0.0]]]))
        torch.testing.assert_close(found, torch.tensor([[[0.0, 1.0], [0.8, 0.6]]]))

    def test_tokens_are_the_encoders_of_either_modality(self) -> None:
        model, images = built(), pictures("photo", 2)
        for modality in ("photo", "sketch"):
            torch.testing.assert_close(model.tokens(images, modality), tiny().tokens(images))
        with pytest.raises(ValueError, match="a modality is photo or sketch"):
            model.tokens(images, "painting")


class TestAcross:
    """Two patches, all maps the identity, no norm."""

    @staticmethod
    def plain(sharp: float = 1.0) -> Across:
        across = Across(2)
        across.norm = nn.Identity()  # type: ignore[assignment]
        with torch.no_grad():
            for layer in (across.query, across.key, across.value, across.out):
                layer.weight.copy_(torch.eye(2))
                layer.bias.zero_()
            across.query.weight.mul_(sharp)
        return across

    def test_a_patch_takes_its_own_images_values_where_it_looks_in_the_other(self) -> None:
        """x's first patch is like y's second: it takes x's second."""
        x, y = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]]), torch.tensor([[[0.0, 3.0], [3.0, 0.0]]])
        with torch.no_grad():
            one, other = self.plain(sharp=50.0)(x, y)
        torch.testing.assert_close(one, torch.tensor([[[1.0, 1.0], [1.0, 1.0]]]))
        torch.testing.assert_close(other, torch.tensor([[[3.0, 3.0], [3.0, 3.0]]]))

    def test_by_hand(self) -> None:
        """The first looks at (2, 0) and (0, 0): e^(2 / sqrt 2) to 1, and of both of its own values at that rate."""
        x, y = torch.tensor([[[1.0, 0.0], [0.0, 4.0]]]), torch.tensor([[[2.0, 0.0], [0.0, 0.0]]])
        with torch.no_grad():
            one, _ = self.plain()(x, y)
        share = exp(sqrt(2)) / (exp(sqrt(2)) + 1)
        expected = [[1 + share, 4 * (1 - share)], [0.5, 4 + 2.0]]
        torch.testing.assert_close(one, torch.tensor([expected]))

    def test_one_layer_reads_both_ways(self) -> None:
        across, x, y = built().across, *(built().tokens(pictures(name, 2), "photo") for name in ("sketch", "photo"))
        assert across is not None
        with torch.no_grad():
            one, other = across(x, y)
            back, there = across(y, x)
        torch.testing.assert_close((one, other), (there, back))
        assert not torch.allclose(one, across.norm(x), atol=1e-3)


class TestLosses:
    def test_numbers_by_hand(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whole: 1 + sqrt 2 - 2. Relation: scores of .75 and .5, away from .99 and .01."""
        model = built(cross=False, learned=False)
        whole = torch.tensor([[2.0, 0.0], [0.0, 3.0], [-1.0, 0.0]])  # sketch, photo, another
        patches = torch.tensor([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]], [[-1.0, 0.0], [0.0, -1.0]]])
        monkeypatch.setattr(model.encoder, "whole_and_patches", lambda images: (whole, patches))
        blank, labels = torch.zeros(1, 3, 48, 48), torch.tensor([0])
        found = model.losses(Triplets(blank, blank, blank, labels, labels + 1))
        assert float(found["whole"]) == pytest.approx(sqrt(2) - 1)
        relation = (0.24**2 + 0.49**2) / 2
        assert float(found["relation"]) == pytest.approx(relation)
        assert float(model.total(found)) == pytest.approx(2 * (sqrt(2) - 1) + 4 * relation)
        assert float(built(whole=1.0, relation=0.5).total(found)) == pytest.approx(sqrt(2) - 1 + 0.5 * relation)

    @pytest.mark.parametrize("options", [{}, {"cross": False}, {"learned": False, "margin": 0.3}])
    def test_each_is_what_its_formula_says(self, options: dict[str, Any]) -> None:
        model = built(**options)
        sketches, photos = pictures("sketch", 3), pictures("photo", 6)
        batch = Triplets(sketches, photos[:3], photos[3:], torch.arange(3), torch.arange(3).flip(0))
        with torch.no_grad():
            found = model.losses(batch)
            s, p, n = (normalize(tiny().encode_images(images), dim=1) for images in (sketches, photos[:3], photos[3:]))
            x, y, z = (tiny().tokens(images) for images in (sketches, photos[:3], photos[3:]))
            right, wrong = model.score(x, y).tolist(), model.score(x, z).tolist()
        margin = options.get("margin", 1.0)
        whole = relation = 0.0
        for i in range(3):
            whole += max(0.0, margin + float((s[i] - p[i]).norm()) - float((s[i] - n[i]).norm())) / 3
            relation += ((right[i][i] - 0.99) ** 2 + (wrong[i][i] - 0.01) ** 2) / 2 / 3
        assert float(found["whole"]) == pytest.approx(whole, rel=1e-4)
        assert float(found["relation"]) == pytest.approx(relation, rel=1e-4)


def mean_average_precision(rankings: list[list[int]], sketches: ImageSet, photos: ImageSet) -> float:
    found: list[float] = []
    for ranking, label in zip(rankings, sketches.labels.tolist(), strict=True):
        right = [photos.labels.tolist()[photo] == label for photo in ranking]
        hits = [sum(right[: place + 1]) / (place + 1) for place in range(len(right)) if right[place]]
        found.append(sum(hits) / len(hits))
    return sum(found) / len(found)


def ordered(rows: Iterable[int], scores: list[float]) -> list[int]:
    return sorted(rows, key=lambda row: -scores[row])


def test_it_orders_the_first_few_of_a_search() -> None:
    model, bench = built(cross=False, learned=False), world(48, 4)
    plain, card = sb.evaluate(model, bench), sb.evaluate(model, bench, rerank=5)
    part = bench.unseen
    near = (sb.embed(model, part.sketches) @ sb.embed(model, part.photos).T).tolist()
    with torch.no_grad():
        scores = model.score(tokens(model, part.sketches), tokens(model, part.photos)).tolist()
    first = [ordered(range(len(row)), row) for row in near]
    second = [ordered(ranking[:5], row) + ranking[5:] for ranking, row in zip(first, scores, strict=True)]
    assert plain["mAP@all"] == pytest.approx(mean_average_precision(first, part.sketches, part.photos))
    assert card["mAP@all"] == pytest.approx(mean_average_precision(second, part.sketches, part.photos))
    assert abs(card["mAP@all"] - plain["mAP@all"]) > 1e-3
    assert card.counts["re-ranked"] == 5


def test_one_step_lowers_each_loss_alone() -> None:
    for term in ("whole", "relation"):
        model = built(whole=float(term == "whole"), relation=float(term == "relation"))
        batch = sb.data.batches(world(48), "triplet", batch=16, size=48)[0]
        before = model.losses(batch)
        learning = [each for each in model.parameters() if each.requires_grad]
        gradients = torch.autograd.grad(model.total(before), learning, allow_unused=True)
        size = sqrt(sum(float(each.square().sum()) for each in gradients if each is not None))
        with torch.no_grad():
            for each, gradient in zip(learning, gradients, strict=True):
                if gradient is not None:
                    each.sub_(gradient, alpha=1e-3 / size)
            assert model.losses(batch)[term] < before[term]

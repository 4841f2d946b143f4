from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy, normalize

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import Clip, clip
from sbirlib.models import MASBIR, Classes, Model, TextAligned
from sbirlib.models.contract import PHOTO, SKETCH, TEXT
from sbirlib.models.ma_sbir import GAP, WEIGHTS
from tests.models.contract import Contract, world

TERMS = tuple(WEIGHTS)


def tiny() -> Clip:
    return clip("tiny")


def built(**options: Any) -> MASBIR:
    """A model that knows its classes, with encodings long enough to matter."""
    model = MASBIR(tiny(), **{"spread": 0.05, **options})
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model.setup(Classes(("cow", "owl"), ("a photo of a cow", "a photo of an owl")))
    return model.eval()


def units(count: int, seed: int, width: int = 128) -> Tensor:
    return normalize(torch.randn(count, width, generator=torch.Generator().manual_seed(seed)), dim=1)


def parts() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images, texts, labels, modalities."""
    kinds = torch.tensor([SKETCH, PHOTO, PHOTO, SKETCH, PHOTO])
    return units(5, 0), units(5, 1), torch.tensor([0, 1, 0, 2, 1]), kinds


def pixels(modality: str, count: int = 6) -> Tensor:
    unseen = world(48, 2).unseen
    return (unseen.sketches if modality == "sketch" else unseen.photos).pixels(slice(count))


def repaired(bench: Benchmark) -> Benchmark:
    """Every sketch said to be drawn from another photo."""
    instances = bench.sketches.items.instances
    assert instances is not None
    items = replace(bench.sketches.items, instances=instances.roll(1))
    roles = bench.photos.roles  # an instance keeps its part, so that the benchmark stays one
    mended = {int(i): int(r) for i, r in zip(bench.photos.items.instances, roles, strict=True)}
    keep = [mended[int(i)] == r for i, r in zip(items.instances, bench.sketches.roles, strict=True)]
    items = replace(items, instances=torch.where(torch.tensor(keep), items.instances, torch.tensor(-1)))
    return replace(bench, sketches=replace(bench.sketches, items=items))


class TestMASBIR(Contract):
    def build(self) -> Model:
        return MASBIR(tiny())

    def test_who_was_drawn_from_whom_makes_no_difference(self) -> None:
        """No pair reaches it: with the pairing shuffled, every weight comes out the same."""
        bench = world(per_class=10)
        other = repaired(bench)
        assert (other.sketches.items.instances != bench.sketches.items.instances).float().mean() > 0.9
        found, again = (self.train(self.build(), each).model.state_dict() for each in (bench, other))
        for name, value in found.items():
            assert torch.equal(value, again[name]), name

    def test_it_rises_above_its_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        bench, model = world(per_class=10), MASBIR(tiny())
        start = sb.evaluate(sb.models.FrozenCLIP(tiny()), bench)
        self.train(model, bench, steps=40, batch=64, lr=3e-4)
        card = sb.evaluate(model, bench)
        assert card["mAP@all"] > start["mAP@all"] + 0.05
        assert card.gap["centroid_distance"] < start.gap["centroid_distance"]

    def test_extra_data_of_one_modality_come_without_a_partner(self) -> None:
        """Sketches of classes that have no photo here: captions are all they bring."""
        bench = world(per_class=10)
        extra = sb.load("world", split="mixed", per_class=4, seed=7).train.sketches
        names = tuple(f"thing {number}" for number in range(len(extra.classes)))
        run = self.train(self.build(), bench, extra=replace(extra, classes=names))
        alone = self.train(self.build(), bench)
        assert run.history.entries != alone.history.entries
        assert all(np.isfinite(entry["total"]) for entry in run.history)


class TestPaired(Contract):
    def build(self) -> Model:
        return MASBIR(tiny(), direct=0.5)

    def test_its_ends_are_the_two_ways(self) -> None:
        batch = self.one_batch(self.build())
        alone = {share: MASBIR(tiny(), direct=share) for share in (0.0, 0.3, 1.0)}
        totals = {}
        for share, model in alone.items():
            torch.manual_seed(0)
            model.setup(Classes(("cow",)))
            with torch.no_grad():
                losses = model.losses(batch)
                totals[share] = float(model.total(losses))
        assert totals[1.0] == pytest.approx(float(losses["pairs"]), rel=1e-5)
        weighed = sum(WEIGHTS[name] * float(losses[name]) for name in TERMS) / 1.22
        assert totals[0.0] == pytest.approx(weighed, rel=1e-5)
        assert totals[0.3] == pytest.approx(0.7 * totals[0.0] + 0.3 * totals[1.0], rel=1e-5)

    def test_the_direct_part_is_between_a_sketch_and_its_photo(self) -> None:
        model = built(direct=1.0)
        batch = self.one_batch(model)
        sketches, photos = (
            normalize(model.encoder.encode_images(each), dim=1) for each in (batch.sketches, batch.photos)
        )
        scores, target = sketches @ photos.T / 0.07, torch.arange(len(sketches))
        expected = (cross_entropy(scores, target) + cross_entropy(scores.T, target)) / 2
        assert len(set(batch.instances.tolist())) == len(target)
        torch.testing.assert_close(model.losses(batch)["pairs"], expected)


class TestEncodings:
    def test_converting_to_the_own_modality_is_the_identity(self) -> None:
        model = built()
        photos = pixels("photo")
        torch.testing.assert_close(model.asking("converted").embed(photos, "photo"), model.embed(photos, "photo"))
        shown: list[Tensor] = []
        model.classifier.register_forward_pre_hook(lambda _, given: shown.append(given[0]))
        images, texts, labels, kinds = parts()
        model.indirect(images, texts, labels, kinds)
        for z, own, converted in zip((texts, images), (torch.full((5,), TEXT), kinds), shown, strict=True):
            torch.testing.assert_close(converted[torch.arange(5), own], z)
            assert not torch.isclose(converted[torch.arange(5), (own + 1) % 3], z).all()

    def test_without_encodings_there_is_only_the_raw_vector(self) -> None:
        model = built()
        with torch.no_grad():
            model.encodings.zero_()
        raw = model.embed(pixels("sketch"), "sketch")
        for asked in ("converted", "semantics"):
            torch.testing.assert_close(model.asking(asked).embed(pixels("sketch"), "sketch"), raw)
        images, texts, labels, kinds = parts()
        found = model.indirect(images, texts, labels, kinds)
        twice = 2 * (1 - cosine_similarity(images, texts)).mean()
        torch.testing.assert_close(found["reconstruction"], twice)
        halfway = normalize(images + texts, dim=1)
        expected = 2 - (cosine_similarity(images, halfway) + cosine_similarity(texts, halfway)).mean()
        torch.testing.assert_close(found["semantic"], expected)

    def test_equal_encodings_of_sketch_and_photo_change_no_ranking(self) -> None:
        model = built()
        with torch.no_grad():
            model.encodings[SKETCH] = model.encodings[PHOTO]
        raw = model.embed(pixels("sketch"), "sketch")
        torch.testing.assert_close(model.asking("converted").embed(pixels("sketch"), "sketch"), raw)

    def test_a_conversion_adds_the_same_to_a_photos_score_whoever_asks(self) -> None:
        """(z_s + D) . z_p = z_s . z_p + D . z_p: up to the query's length, one bias a photo."""
        model = built()
        photos = model.embed(pixels("photo"), "photo")
        raw, converted = (model.asking(how).embed(pixels("sketch"), "sketch") for how in ("raw", "converted"))
        shift = model.encodings[PHOTO] - model.encodings[SKETCH]
        length = (raw + shift).norm(dim=1, keepdim=True)
        torch.testing.assert_close(converted @ photos.T * length, raw @ photos.T + (photos @ shift)[None])
        assert (photos @ shift).std() > 1e-3

    def test_texts_are_read_as_images_are(self) -> None:
        model = built()
        raw = model.embed_text(["a photo of a cow"])
        m = model.encodings
        torch.testing.assert_close(
            model.asking("converted").embed_text(["a photo of a cow"]), normalize(raw - m[TEXT] + m[PHOTO], dim=1)
        )
        torch.testing.assert_close(
            model.asking("semantics").embed_text(["a photo of a cow"]), normalize(raw - m[TEXT], dim=1)
        )

    def test_records_tell_how_it_was_asked(self) -> None:
        bench = world(48, 4)
        for how in ("raw", "converted"):
            card = sb.evaluate(built().asking(how), bench)
            assert card.record is not None
            assert card.record.config["queries"] == how

    def test_asking_in_another_way_shares_the_weights_and_leaves_the_model(self) -> None:
        model = built()
        converted = model.asking("converted")
        assert converted.encodings is model.encodings
        assert model.queries == "raw"
        assert sb.models.fingerprints.fingerprint(converted) != sb.models.fingerprints.fingerprint(model)
        with pytest.raises(ValueError, match="queries are asked raw, converted, semantics; got 'cooked'"):
            model.asking("cooked")

    def test_they_start_as_asked(self) -> None:
        assert built(spread=1.0).encodings.detach().norm(dim=1).mean() == pytest.approx(128**0.5, rel=0.1)
        small = built(spread=None).encodings.detach().norm(dim=1).mean()
        assert small == pytest.approx(0.02 * 128**0.5, rel=0.1)
        assert len(built(spare=1).encodings) == 4
        model = built(spread="means").train()
        images, texts, labels, kinds = parts()
        model.begin(images, texts, kinds)
        torch.testing.assert_close(model.encodings[PHOTO], images[kinds == PHOTO].mean(0))
        torch.testing.assert_close(model.encodings[SKETCH], images[kinds == SKETCH].mean(0))
        torch.testing.assert_close(model.encodings[TEXT], texts.mean(0))
        assert float(model.indirect(images, texts, labels, kinds)[GAP]) == pytest.approx(1.0, abs=1e-5)
        model.begin(images + 1, texts, kinds)  # a later part of the same step
        model.at(1, 10, 0.0)
        model.begin(images + 1, texts, kinds)
        torch.testing.assert_close(model.encodings[PHOTO], images[kinds == PHOTO].mean(0))

    def test_the_gap_is_measured_and_nothing_learns_from_it(self) -> None:
        model = built()
        images, texts, labels, kinds = parts()
        found = model.indirect(images, texts, labels, kinds)[GAP]
        gap = images[[0, 3]].mean(0) - images[[1, 2, 4]].mean(0)
        m = model.encodings
        torch.testing.assert_close(found, cosine_similarity(m[SKETCH] - m[PHOTO], gap, dim=0))
        assert not found.requires_grad
        assert float(model.indirect(images, texts, labels, torch.zeros(5, dtype=torch.long))[GAP]) == 0


class TestLosses:
    def test_each_is_what_its_formula_says(self) -> None:
        """Sample by sample, modality by modality."""
        model = built(overlap="elementwise")
        images, texts, labels, kinds = parts()
        m, n = model.encodings.detach(), len(images)
        semantic = rebuilt = overlap = 0.0
        told: dict[str, list[Tensor]] = {"image": [], "text": []}
        for i in range(n):
            s_image, s_text = images[i] - m[kinds[i]], texts[i] - m[TEXT]
            centre = normalize(images[i] + texts[i], dim=0)
            semantic += float(2 - cosine_similarity(s_text, centre, dim=0) - cosine_similarity(s_image, centre, dim=0))
            back = cosine_similarity(s_text + m[kinds[i]], images[i], dim=0)
            rebuilt += float(2 - back - cosine_similarity(s_image + m[TEXT], texts[i], dim=0))
            for k in range(3):
                overlap += float((centre * m[k]).abs().sum()) / 3
                for what, s, own in (("image", s_image, kinds[i]), ("text", s_text, TEXT)):
                    if k != own:
                        logits = model.classifier(normalize(s + m[k], dim=0)).detach()
                        told[what].append(cross_entropy(logits, torch.tensor(k)))
        with torch.no_grad():
            found = model.indirect(images, texts, labels, kinds)
        assert float(found["semantic"]) == pytest.approx(semantic / n, rel=1e-5)
        assert float(found["reconstruction"]) == pytest.approx(rebuilt / n, rel=1e-5)
        assert float(found["orthogonal"]) == pytest.approx(overlap / n, rel=1e-5)
        expected = (torch.stack(told["image"]).mean() + torch.stack(told["text"]).mean()) / 2
        torch.testing.assert_close(found["modality"], expected)

    def test_the_total_is_the_weighted_mean(self) -> None:
        model = built(weights={"orthogonal": 0.3})
        with torch.no_grad():
            losses = model.indirect(*parts())
        weights = {**WEIGHTS, "orthogonal": 0.3}
        expected = sum(weights[name] * float(losses[name]) for name in TERMS) / sum(weights.values())
        assert float(model.total(losses)) == pytest.approx(expected, rel=1e-6)
        assert built().weights == pytest.approx(
            {"text": 0.8197, "semantic": 0.082, "reconstruction": 0.0164, "modality": 0.082, "orthogonal": 0, GAP: 0},
            abs=1e-4,
        )

    @pytest.mark.parametrize("term", TERMS)
    def test_one_step_lowers_each_term_alone(self, term: str) -> None:
        model = built(weights={name: float(name == term) for name in TERMS}, spread=0.3)
        batch = sb.data.batches(world(48), "captioned", batch=16, size=48, captions="class")[0]
        before = model.losses(batch)
        model.total(before).backward()
        moved = [each for each in model.parameters() if each.grad is not None and each.grad.any()]
        size = sum(float(each.grad.square().sum()) for each in moved if each.grad is not None)
        with torch.no_grad():
            for each in moved:
                assert each.grad is not None
                each -= 1e-3 / size**0.5 * each.grad
        assert model.losses(batch)[term] < before[term]

    def test_without_the_modality_terms_it_is_text_alignment(self) -> None:
        runs = [
            sb.fit(model, world(48), steps=3, batch=16, lr=3e-4)
            for model in (
                MASBIR(tiny(), weights=dict.fromkeys(TERMS[1:], 0.0)),
                TextAligned(tiny(), captions="class"),
            )
        ]
        one, other = (run.model.encoder.state_dict() for run in runs)  # type: ignore[union-attr]
        for name, value in other.items():
            assert torch.equal(value, one[name]), name

    def test_centres_learn_unless_they_are_detached(self) -> None:
        images, texts, labels, kinds = parts()
        gradients = []
        for detach in (False, True):
            own = images.clone().requires_grad_()
            model = built(detach_centres=detach, spread=0.3)
            model.indirect(own, texts, labels, kinds)["semantic"].backward()
            gradients.append(own.grad)
        assert not torch.allclose(*gradients)

    def test_switches_reach_their_losses(self) -> None:
        images, texts, labels, kinds = parts()
        plain = built().indirect(images, texts, labels, kinds)
        by_class = built(by_class=True).indirect(images, texts, labels, kinds)
        cosine = built(overlap="cosine").indirect(images, texts, labels, kinds)
        assert not torch.isclose(plain["text"], by_class["text"])
        assert not torch.isclose(plain["orthogonal"], cosine["orthogonal"])
        assert built(captions="written").dials() == {"captions": "written"}


class TestTraining:
    def test_the_encodings_have_a_rate_of_their_own(self) -> None:
        groups = {group.name: group for group in MASBIR(tiny()).players()["model"].groups}
        assert groups["modality"].lr == 5e-3
        assert groups["towers"].lr is None
        assert MASBIR.paper.lr == 5e-8

    def test_a_frozen_text_tower_stays(self) -> None:
        model = MASBIR(tiny(), freeze_text=True)
        before = model.embed_text(["a photo of a cow"]).clone()
        sb.fit(model, world(48), steps=3, batch=16, lr=1e-2)
        assert torch.equal(model.embed_text(["a photo of a cow"]), before)

    def test_the_papers_settings_run_on_a_vit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Random weights, a few steps, mixed precision, two batches a step."""
        monkeypatch.setenv("SBIR_PROFILE", "paper")
        model = MASBIR(clip("ViT-B-32"))
        assert model.recipe(paper=True) == MASBIR.paper
        run = sb.fit(model, world(64, 4), steps=2, batch=4, accumulate=2)
        assert run.recipe.precision == "bf16"
        assert run.recipe.lr == 5e-8
        assert len(run.history) == 2
        assert model.encodings.detach().norm(dim=1).mean() == pytest.approx(512**0.5, rel=0.15)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"weights": {"sematic": 1}},
            "the losses of MASBIR are text, semantic, reconstruction, modality, orthogonal; got sematic",
        ),
        ({"weights": {"text": -1}}, "weights are 0 or more"),
        ({"weights": dict.fromkeys(TERMS, 0)}, "weights are 0 or more, and one of them is more"),
        ({"overlap": "sine"}, "an overlap is elementwise or cosine; got 'sine'"),
        ({"spread": "wide"}, "a spread is 0 or more, or 'means' for those of the first batch; got 'wide'"),
        ({"spread": -1.0}, "a spread is 0 or more, or 'means' .*; got -1.0"),
        ({"spread": float("nan")}, "a spread is 0 or more, or 'means' .*; got nan"),
        ({"spare": -1}, "spare rows are counted from 0; got -1"),
        ({"direct": 1.5}, "direct is a share, from 0 to 1, or None for no pairs; got 1.5"),
    ],
)
def test_wrong_settings_are_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MASBIR(tiny(), **options)

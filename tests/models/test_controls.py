from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.encoders import Clip, clip
from sbirlib.models import DirectAligned, FrozenCLIP, LinearProbe, MeanCentred, Model, TextAligned, Triplet
from tests.models.contract import Contract, world


def tiny() -> Clip:
    return clip("tiny")


class TestFrozenCLIP(Contract):
    def build(self) -> Model:
        return FrozenCLIP(tiny())

    def test_it_is_the_encoder(self) -> None:
        model = FrozenCLIP(tiny())
        images = self.pictures(model, "photo")
        expected = normalize(tiny().encode_images(images), dim=1)
        torch.testing.assert_close(model.embed(images, "photo"), expected)
        assert not [each for each in model.parameters() if each.requires_grad]


class TestMeanCentred(Contract):
    def build(self) -> Model:
        return MeanCentred(tiny())

    def test_it_subtracts_each_modalitys_mean_over_what_may_be_learnt_from(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")  # the smoke profile would stop after three steps
        bench = world(per_class=10)
        model = MeanCentred(tiny())
        sb.fit(model, bench, epochs=1, batch=64)
        frozen = FrozenCLIP(tiny())
        start = sb.embed(frozen, bench.unseen.sketches)
        # every training sketch once; at the end of the epoch a few come twice
        mean = sb.embed(frozen, bench.train.sketches).mean(0)
        expected = normalize(start - mean, dim=1)
        found = sb.embed(model, bench.unseen.sketches)
        assert (found * expected).sum(1).min() > 0.999
        assert (found * normalize(start, dim=1)).sum(1).max() < 0.999  # the mean is not nothing

    def test_training_twice_does_not_count_twice(self) -> None:
        bench, model = world(per_class=4), MeanCentred(tiny())
        sb.fit(model, bench, epochs=1, batch=32)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        sb.fit(model, bench, epochs=1, batch=32)
        for name, value in model.state_dict().items():
            assert torch.equal(value, before[name]), name


class TestLinearProbe(Contract):
    def build(self) -> Model:
        return LinearProbe(tiny())

    def test_it_starts_as_the_frozen_encoder(self) -> None:
        model = LinearProbe(tiny())
        images = self.pictures(model, "sketch")
        torch.testing.assert_close(model.embed(images, "sketch"), FrozenCLIP(tiny()).embed(images, "sketch"))


class TestTextAligned(Contract):
    def build(self) -> Model:
        return TextAligned(tiny())

    def test_the_loss_by_hand(self) -> None:
        model = TextAligned(tiny(), temperature=0.1)
        batch = self.one_batch(model)
        images = normalize(model.encoder.encode_images(batch.images), dim=1).detach()
        texts = normalize(model.encoder.encode_texts(batch.texts), dim=1).detach()
        loss = 0.0
        for rows, columns in ((images, texts), (texts, images)):
            for i in range(len(rows)):
                scores = [float(rows[i] @ columns[j]) / 0.1 for j in range(len(columns))]
                loss -= (scores[i] - math.log(sum(map(math.exp, scores)))) / (2 * len(rows))
        assert model.losses(batch)["text"].item() == pytest.approx(loss, rel=1e-4)

    def test_a_frozen_text_tower_stays(self) -> None:
        model = TextAligned(tiny(), freeze_text=True)
        before = model.embed_text(["a photo of a cow"]).clone()
        self.train(model, lr=1e-2)
        assert torch.equal(model.embed_text(["a photo of a cow"]), before)

    def test_by_class_the_captions_of_a_class_are_no_negatives(self) -> None:
        batch = self.one_batch(TextAligned(tiny()))
        batch.labels[:] = 3
        own = TextAligned(tiny()).losses(batch)["text"]
        shared = TextAligned(tiny(), by_class=True).losses(batch)["text"]
        assert not torch.isclose(own, shared)

    def test_it_learns_what_a_sketch_shows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SBIR_PROFILE", "book")
        bench, model = world(per_class=10), TextAligned(tiny())
        start = sb.evaluate(FrozenCLIP(tiny()), bench)["mAP@all"]
        self.train(model, bench, steps=25, batch=64, lr=3e-4)
        assert sb.evaluate(model, bench)["mAP@all"] > start + 0.03


class TestDirectAligned(Contract):
    def build(self) -> Model:
        return DirectAligned(tiny())

    def test_the_loss_by_hand(self) -> None:
        model = DirectAligned(tiny(), temperature=0.1)
        batch = self.one_batch(model)

        def unit(images: Tensor) -> Tensor:
            return normalize(model.encoder.encode_images(images), dim=1).detach()

        sketches, photos = unit(batch.sketches), torch.cat([unit(batch.photos), unit(batch.negatives)])
        labels = torch.cat([batch.labels, batch.negative_labels]).tolist()
        asked = batch.labels.tolist()
        scores = (sketches @ photos.T / 0.1).tolist()

        def one(row: list[float], right: list[bool]) -> float:
            total = math.log(sum(map(math.exp, row)))
            own = [score for score, is_right in zip(row, right, strict=True) if is_right]
            return sum(total - score for score in own) / len(own)

        there = [one(scores[i], [labels[j] == asked[i] for j in range(len(labels))]) for i in range(len(asked))]
        columns = [[scores[i][j] for i in range(len(asked))] for j in range(len(labels))]
        back = [
            one(columns[j], [asked[i] == labels[j] for i in range(len(asked))])
            for j in range(len(labels))
            if labels[j] in asked
        ]
        loss = (sum(there) / len(there) + sum(back) / len(back)) / 2
        assert model.losses(batch)["pairs"].item() == pytest.approx(loss, rel=1e-4)


class TestDirectAlignedToInstances(Contract):
    def build(self) -> Model:
        return DirectAligned(tiny(), instances=True)

    def test_it_takes_pairs(self) -> None:
        assert DirectAligned(tiny(), instances=True).kind == "paired"
        assert DirectAligned(tiny()).kind == "triplet"


class TestTriplet(Contract):
    def build(self) -> Model:
        return Triplet(tiny())

    def test_the_loss_by_hand(self) -> None:
        model = Triplet(tiny(), margin=0.3)
        batch = self.one_batch(model)
        parts = [model.embed(images, "photo").detach() for images in (batch.sketches, batch.photos, batch.negatives)]
        losses = [max(0.0, 0.3 - float(s @ p) + float(s @ n)) for s, p, n in zip(*parts, strict=True)]
        assert model.losses(batch)["triplet"].item() == pytest.approx(sum(losses) / len(losses), rel=1e-4)

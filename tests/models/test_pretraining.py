from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.world import pretraining_bench
from sbirlib.encoders import Clip, Preprocess, TinyConfig, Vocabulary, fresh_tiny
from sbirlib.models import Classes, Model
from sbirlib.models.pretraining import Pretraining
from tests.models.contract import Contract, world


def fresh() -> Clip:
    bench = world(per_class=2)
    texts = [text for images in (bench.photos, bench.sketches) for text in images.captions()]
    words = Vocabulary.of([*texts, "red blue on grass"], 18)
    return fresh_tiny(TinyConfig(vocabulary=len(words), context=18), words, Preprocess(48, (0.5,) * 3, (0.25,) * 3))


class TestPretraining(Contract):
    def build(self) -> Model:
        return Pretraining(fresh())

    def test_the_losses_by_hand(self) -> None:
        model = Pretraining(fresh())
        self.train(model, steps=0)
        batch = self.one_batch(model)
        texts = [batch.texts[0], *batch.texts[1:8], *batch.texts[:8]]  # some captions come twice
        batch = replace(batch, texts=texts)
        with torch.no_grad():
            found = model.losses(batch)
        images = normalize(model.encoder.encode_images(batch.images), dim=1).detach()
        vectors = normalize(model.encoder.encode_texts(texts), dim=1).detach()
        scale = model.scale.item()

        def against(query: torch.Tensor, keys: torch.Tensor, right: list[bool]) -> float:
            scores = [scale * (query @ key).item() for key in keys]
            total = math.log(sum(map(math.exp, scores)))
            own = [score for score, is_right in zip(scores, right, strict=True) if is_right]
            return sum(total - score for score in own) / len(own)

        n = len(texts)
        there = sum(against(images[i], vectors, [t == texts[i] for t in texts]) for i in range(n)) / n
        back = sum(against(vectors[i], images, [t == texts[i] for t in texts]) for i in range(n)) / n
        assert found["captions"].item() == pytest.approx((there + back) / 2, rel=1e-3)
        names, named = model.known().names, 0.0
        for i in range(n):
            modality = ("photo", "sketch")[int(batch.modality[i])]
            prompts = [sb.data.imageset.phrase(modality, name) for name in names]
            keys = normalize(model.encoder.encode_texts(prompts), dim=1).detach()
            named += against(images[i], keys, [c == int(batch.labels[i]) for c in range(len(names))]) / n
        assert found["names"].item() == pytest.approx(named, rel=1e-3)

    def test_what_is_learnt_from_photos_alone_needs_no_sketch(self) -> None:
        bench = pretraining_bench(["cow", "ant"], per_class=8, size=48)
        run = sb.fit(Pretraining(fresh()), bench, steps=2, batch=4, dials={"mix": 0.0})
        assert len(bench.sketches) == 0
        assert all(math.isfinite(value) for entry in run.history for value in entry["losses"].values())


def test_a_sketchs_names_are_of_sketches() -> None:
    model = Pretraining(fresh())
    model.setup(Classes(("cow", "owl"), ("a photo of a cow", "a photo of an owl")))
    assert model.names == {
        0: ["a photo of a cow", "a photo of an owl"],
        1: ["a sketch of a cow", "a sketch of an owl"],
    }

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

import sbirlib as sb
from sbirlib.encoders import Preprocess, fresh_cnn
from sbirlib.models import Classifier, Model
from tests.models.contract import Contract, world

PREPROCESS = Preprocess(48, (0.5,) * 3, (0.25,) * 3)


class TestClassifier(Contract):
    def build(self) -> Model:
        return Classifier(fresh_cnn(PREPROCESS))


class TestSketchClassifier(Contract):
    def build(self) -> Model:
        return Classifier(fresh_cnn(PREPROCESS), "sketch")


@pytest.mark.parametrize("modality", ["photo", "sketch"])
def test_it_learns_from_one_modality_alone(modality: str) -> None:
    model, met = Classifier(fresh_cnn(PREPROCESS), modality), []
    whole = model.losses

    def spy(batch: Any, player: str = "model") -> dict[str, Tensor]:
        met.extend(batch.modality.tolist())
        return whole(batch, player)

    model.losses = spy  # type: ignore[method-assign]
    sb.fit(model, world(per_class=4), steps=2, batch=8)
    assert met == [int(modality == "sketch")] * 16


def test_it_learns_to_tell_classes_and_has_their_names() -> None:
    bench, model = world(per_class=4), Classifier(fresh_cnn(PREPROCESS))
    run = sb.fit(model, bench, steps=3, batch=16)
    assert model.encoder.classes == tuple(name for name in bench.classes if name in bench.seen_classes)
    assert model.encoder.logits(bench.train.photos.pixels(slice(2), 48)).shape == (2, len(bench.seen_classes))
    assert run.history.curve("classes")[1][-1] != run.history.curve("classes")[1][0]


def test_batch_norm_learns_and_then_stands_still() -> None:
    model = Classifier(fresh_cnn(PREPROCESS))
    before = {name: value.clone() for name, value in model.named_buffers()}
    sb.fit(model, world(per_class=4), steps=2, batch=8)
    assert any(not torch.equal(value, before[name]) for name, value in model.named_buffers())
    after = {name: value.clone() for name, value in model.named_buffers()}
    model.embed(world(per_class=2).photos.pixels(slice(4), 48), "photo")
    assert all(torch.equal(value, after[name]) for name, value in model.named_buffers())

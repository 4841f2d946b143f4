from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize
from toy import SIDE, bench

from sbirlib.data.roles import TRAIN
from sbirlib.models.contract import Model
from sbirlib.training.selection import score_on, validation


class Labelled(Model):
    """Knows every picture's class by its brightest place; or nothing."""

    def __init__(self, knows: bool) -> None:
        super().__init__(size=SIDE)
        self.knows = knows

    def embed(self, images: Tensor, modality: str) -> Tensor:
        if not self.knows:
            return torch.eye(2)[:1].repeat(len(images), 1)
        return normalize(images.float().flatten(1) - images.float().mean(), dim=1)


def test_the_score_is_the_map_of_validation_classes() -> None:
    tuning = bench().tuning
    assert score_on(tuning, Labelled(knows=True)) > 0.99
    photos = tuning.unseen.photos.labels
    assert score_on(tuning, Labelled(knows=False)) == pytest.approx(0.5, abs=0.3)
    assert len(photos.unique()) == 2


def test_only_validation_items_are_looked_at() -> None:
    data = bench()
    score_on(data.tuning, Labelled(knows=True))
    for images, part in ((data.sketches, data.validation.sketches), (data.photos, data.validation.photos)):
        assert images.pictures.asked == set(part.rows.tolist())  # type: ignore[attr-defined]


def test_the_mode_of_the_model_is_left_as_it_was() -> None:
    model = Labelled(knows=True).train()
    score_on(bench().tuning, model)
    assert model.training


@pytest.mark.parametrize("side", ["sketches", "photos"])
def test_a_benchmark_without_validation_items_is_refused_at_once(side: str) -> None:
    tuning = bench().tuning
    images = getattr(tuning, side)
    bare = replace(tuning, **{side: images.take(images.roles == TRAIN)})
    with pytest.raises(ValueError, match=r"noise/all\+tuning has no validation items: load more instances, or train"):
        validation(bare, 5)


def test_a_validation_scores_its_benchmark() -> None:
    found = validation(bench().tuning, 5, 2)
    assert (found.every, found.patience) == (5, 2)
    assert found.score(Labelled(knows=True)) > 0.99

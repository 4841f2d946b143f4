"""Choosing a model on validation classes: classes that it has not been trained on, and that no result is reported on."""

from __future__ import annotations

from sbirlib.data.benchmark import Benchmark
from sbirlib.embedding import embed
from sbirlib.metrics.retrieval import retrieval
from sbirlib.models.contract import Model


def score_on(tuning: Benchmark, model: Model) -> float:
    """mAP@all of the tuning benchmark's unseen classes, which are the validation classes."""
    part = tuning.unseen
    if not len(part.sketches) or not len(part.photos):
        raise ValueError(f"{tuning.split} has no validation items: load more instances a class, or train without validate")
    sketches, photos = embed(model, part.sketches), embed(model, part.photos)
    return retrieval(sketches, photos, part.sketches.labels, part.photos.labels)["mAP@all"]

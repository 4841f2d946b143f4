"""Choosing a model on validation classes: those that it is not trained on, and that no result is reported on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sbirlib.data.benchmark import Benchmark
from sbirlib.embedding import embed
from sbirlib.metrics.retrieval import retrieval
from sbirlib.models.contract import Model


@dataclass(frozen=True)
class Validation:
    """Every so many steps the model is scored; the best one is kept, and `patience` scores without a better end it."""

    score: Callable[[Model], float]
    every: int
    patience: int | None = None


@dataclass(frozen=True)
class Measure:
    """What else is looked at every so many steps, to be plotted: names and numbers."""

    of: Callable[[Model], Mapping[str, float]]
    every: int


def validation(tuning: Benchmark, every: int, patience: int | None = None) -> Validation:
    """Scores on a tuning benchmark; one that has nothing to score on is refused before anything is trained."""
    part = tuning.unseen
    if not len(part.sketches) or not len(part.photos):
        raise ValueError(f"{tuning.split} has no validation items: load more instances, or train without validate")
    return Validation(lambda model: score_on(tuning, model), every, patience)


def score_on(tuning: Benchmark, model: Model) -> float:
    """mAP@all of the tuning benchmark's unseen classes, which are the validation classes."""
    part = tuning.unseen
    sketches, photos = (embed(model, images, cache=False) for images in (part.sketches, part.photos))
    return retrieval(sketches, photos, part.sketches.labels, part.photos.labels)["mAP@all"]

"""What a run is and how long it lasts: said before it begins, and compared with what its folder holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from torch import Tensor

import sbirlib
from sbirlib.data.batching.drawn import Batches
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.graph import Graph
from sbirlib.data.imageset import ImageSet
from sbirlib.models.contract import Classes, Model, Recipe
from sbirlib.runs.profile import profile
from sbirlib.training.schedule import epoch_of


def planned(model: Model, recipe: Recipe | None, changes: Mapping[str, Any]) -> Recipe:
    """The recipe that a run follows: the given one, or the model's own for this profile, with what was changed."""
    plan = recipe or model.recipe(profile().name == "paper")
    given = {name: value for name, value in changes.items() if value is not None}
    if "steps" in given or "epochs" in given:
        given = {"steps": None, "epochs": None} | given
    plan = replace(plan, **given)
    if plan.steps is None and plan.epochs is None:
        raise ValueError("a recipe has a length, in steps or in epochs, and this one has none")
    return plan


def length(plan: Recipe, batches: Batches[Any], processes: int) -> int:
    """How many steps the run takes."""
    if plan.steps is not None:
        steps = plan.steps
    else:
        wanted = (plan.epochs or 0) * epoch_of(batches, processes * plan.accumulate)
        steps = max(round(wanted), int(wanted > 0))
    return min(steps, profile().longest_training)


def identity(
    model: Model, plan: Recipe, learnt: Benchmark | None, classes: Classes | None, others: Mapping[str, Any]
) -> dict[str, Any]:
    """All that the run's numbers follow from, as plain values: a checkpoint of another identity is refused."""
    return {
        "sbirlib": sbirlib.__version__,
        "model": type(model).__name__,
        "config": model.config,
        "weights": dict(model.weights),
        "recipe": asdict(plan),
        "kind": model.kind,
        "data": learnt.id if learnt is not None else "",
        "world": learnt.version if learnt is not None else "",
        "classes": plain(classes),
        **{name: plain(value) for name, value in others.items()},
    }


def plain(value: Any) -> Any:
    """A value as an identity holds it: data by their digest, tensors by theirs.

    >>> import torch
    >>> plain({"mix": 0.5, "similarity": torch.eye(2)})
    {'mix': 0.5, 'similarity': 'a666c95f0822c64e'}
    """
    if isinstance(value, Tensor):
        return hashlib.sha256(value.detach().cpu().contiguous().numpy().tobytes()).hexdigest()[:16]
    if isinstance(value, Classes):
        known = [list(value.names), list(value.prompts), plain(value.vectors), plain(value.similarity)]
        return [*known, plain(value.graph)]
    if isinstance(value, Graph):
        return hashlib.sha256(json.dumps(sorted(value.triples)).encode()).hexdigest()[:16]
    if isinstance(value, Benchmark | ImageSet):
        return value.id
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value

"""`fit`: a model, a benchmark, a seed; everything else has a default that the profile and the paper set."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any

from sbirlib.data.batching import DIALS
from sbirlib.data.batching import batches as batches_of
from sbirlib.data.batching.supply import Extra, numbered
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import phrase
from sbirlib.models.contract import Classes, Model, Recipe, kind_of
from sbirlib.runs.records import Record
from sbirlib.training.accelerating import accelerator, close_trackers, default_workers, seeded
from sbirlib.training.history import History
from sbirlib.training.identity import identity, length, planned
from sbirlib.training.loop import Loop
from sbirlib.training.remembering import recorded
from sbirlib.training.selection import Measure, validation

KNOWN = {dial for dials in DIALS.values() for dial in dials} - {"extra"}


@dataclass(frozen=True, eq=False)
class Run:
    """What a training run leaves behind."""

    model: Model
    record: Record
    history: History
    recipe: Recipe
    folder: Path | None
    best: tuple[int, float] | None
    """Step and score of the model that was selected, where the run validated."""

    def __repr__(self) -> str:
        n = self.record.numbers
        chosen = f", the best one after {self.best[0]} (validation mAP@all {self.best[1]:.3f})" if self.best else ""
        return f"{type(self.model).__name__}: {n['steps']} steps in {self.record.seconds:.1f} s{chosen}"


def fit(
    model: Model,
    bench: Benchmark | None = None,
    *,
    seed: int = 0,
    steps: int | None = None,
    epochs: float | None = None,
    batch: int | None = None,
    lr: float | Mapping[str, float] | None = None,
    recipe: Recipe | None = None,
    precision: str | None = None,
    accumulate: int | None = None,
    augment: float | None = None,
    sketches: float = 1.0,
    photos: float = 1.0,
    extra: Extra | Sequence[Extra] = (),
    dials: Mapping[str, Any] | None = None,
    classes: Classes | None = None,
    validate: int | None = None,
    patience: int | None = None,
    measure: Callable[[Model], Mapping[str, float]] | None = None,
    every: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    checkpoint: int | None = None,
    workers: int | None = None,
    trackers: Sequence[str] = (),
) -> Run:
    """Train a model on the seen classes of a benchmark; on nothing else. `bench` is None for data-free models.

    The model's own recipe is followed (`model.paper` in the paper profile, else `model.small`), or the one given;
    `steps` or `epochs`, `batch`, `lr` (one rate, or rates by group), `precision`, `accumulate` and `augment` override
    parts of it. `sketches`, `photos` and `extra` say what to learn from, `dials` turn the batches' own dials,
    `classes` is for knowledge of your own about the seen classes.

    With `validate`, validation classes are kept from training (it runs on `bench.tuning`), the model is scored on them
    every so many steps and the best one is kept; after `patience` scores without a better one it stops.

    `measure` is asked `every` so many steps what else to log: a function of the model that gives numbers by name.

    With a `folder`, losses and checkpoints are written there, and the same call takes a killed run up again; the
    result is that of a run that was not killed.

        run = sb.fit(sb.models.TextAligned(sb.encoders.clip("tiny")), sb.load("world"), seed=0)
    """
    refuse_others(model, bench)
    home = Path(folder) if folder is not None else None
    if home is not None and home.exists() and not home.is_dir():
        raise ValueError(f"folder is a folder, or a name for a new one; got the file {home}")
    trackers = (trackers,) if isinstance(trackers, str) else trackers
    changes = {"steps": steps, "epochs": epochs, "batch": batch, "precision": precision, "accumulate": accumulate}
    rates = dict(lr) if isinstance(lr, Mapping) else {}
    if wrong := [f"{name}={rate!r}" for name, rate in rates.items() if not isinstance(rate, Real)]:
        raise TypeError(f"rates by group are numbers; got {', '.join(wrong)}")
    plan = planned(model, recipe, {**changes, "augment": augment, "lr": None if isinstance(lr, Mapping) else lr})
    learnt = to_learn_from(model, bench, validate, patience)
    look = measured(measure, every)
    check = validation(learnt, validate, patience) if learnt is not None and validate is not None else None
    machine = accelerator(plan.precision, trackers, home)
    parts = machine.num_processes
    if plan.batch % parts:
        raise ValueError(f"{parts} processes take equal parts of a batch; got batch={plan.batch}")
    with seeded(seed, machine.device):  # setup makes heads, and each step seeds itself
        given = known_classes(learnt) if classes is None and learnt is not None else classes
        if given is not None:
            model.setup(given)
        turned = {**model.dials(), **(dials or {})}
        if unknown := sorted(set(turned) - KNOWN):
            raise ValueError(f"the dials of batches are {', '.join(sorted(KNOWN))}; got {', '.join(unknown)}")
        source = batches_of(
            learnt, model.kind, batch=plan.batch // parts, seed=seed, size=model.size,
            augment=plan.augment, sketches=sketches, photos=photos, extra=extra, **turned,
        )  # fmt: skip
        count = length(plan, source, parts) if model.players() else 0
        others = {
            "steps": count, "rates": rates, "seed": seed, "dials": turned, "sketches": sketches, "photos": photos,
            "extra": extra, "validate": validate, "patience": patience,
        }  # fmt: skip
        what = identity(model, plan, learnt, classes, others)
        loop = Loop(
            model, source, plan, count, seed, machine, what, home,
            checkpoint=spaced(checkpoint, count), validation=check, measure=look, rates=rates,
            workers=default_workers(machine.device) if workers is None else workers,
            label=f"{type(model).__name__}, seed {seed}", tracked=bool(trackers),
        )  # fmt: skip
        split = {} if bench is None else {"split": bench.split}
        loop.resume()
        try:
            with recorded(f"fit/{type(model).__name__}", loop, {**what, **split}, what["world"]) as record:
                loop.run()
        finally:
            close_trackers(machine)
    state = loop.state
    best = None if state.best_step is None or state.best_score is None else (state.best_step, state.best_score)
    return Run(model, record, loop.history, plan, home, best)


def refuse_others(model: Any, bench: Any) -> None:
    """Stop where the first two arguments are something else."""
    if not isinstance(model, Model):
        raise TypeError(f"fit trains a Model, such as sb.models.TextAligned(clip); got {kind_of(model)}")
    if bench is not None and not isinstance(bench, Benchmark):
        raise TypeError(f"fit learns from a Benchmark, such as sb.load('world'); got {kind_of(bench)}")


def to_learn_from(
    model: Model, bench: Benchmark | None, validate: int | None, patience: int | None
) -> Benchmark | None:
    """What the run may see of a benchmark: where it validates, nothing of the validation classes."""
    if bench is None and model.kind != "none":
        raise ValueError(f"{type(model).__name__} learns from {model.kind} batches of a benchmark; got bench=None")
    if validate is None and patience is not None:
        raise ValueError("patience counts validations: say how often with validate")
    if validate is None:
        return bench
    if bench is None:
        raise ValueError("validate needs a benchmark with validation classes; got bench=None")
    if validate < 1 or (patience is not None and patience < 1):
        raise ValueError(f"validate and patience are counted from 1; got {validate} and {patience}")
    return bench.tuning


def known_classes(bench: Benchmark) -> Classes:
    """What a model may know of the seen classes of a benchmark: none of the others is in it."""
    names = numbered(bench)
    prompts = tuple(phrase("photo", name) for name in names)
    if bench.graph is None:
        return Classes(names, prompts)
    graph = bench.graph.without(set(bench.classes) - set(names))
    if lost := set(names) - set(graph.nodes):  # nothing else was said of them
        graph = graph.with_things(sorted(lost))
    return Classes(names, prompts, graph.vectors(names), graph.overlap(names), graph)


def measured(measure: Callable[[Model], Mapping[str, float]] | None, every: int | None) -> Measure | None:
    """What is looked at, and how often."""
    if (measure is None) != (every is None):
        raise ValueError("measure says what to look at, and every after how many steps: give both or none")
    if measure is None or every is None:
        return None
    if every < 1:
        raise ValueError(f"every is a number of steps, from 1; got {every}")
    return Measure(measure, every)


def spaced(checkpoint: int | None, steps: int) -> int:
    """Steps between two checkpoints: a tenth of the run, unless it is said."""
    if checkpoint is not None and checkpoint < 1:
        raise ValueError(f"checkpoint is a number of steps, from 1; got {checkpoint}")
    return checkpoint or max(1, steps // 10)

"""`fit`: a model, a benchmark, a seed; everything else has a default that the profile and the paper set."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedDataParallelKwargs

import sbirlib
from sbirlib.data.batching import batches as batches_of
from sbirlib.data.batching.supply import Extra
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import phrase
from sbirlib.models.contract import Classes, Model, Recipe
from sbirlib.runs.machine import device as best_device
from sbirlib.runs.machine import hardware
from sbirlib.runs.optional import require
from sbirlib.runs.profile import profile
from sbirlib.runs.records import Record, recording
from sbirlib.training.history import History
from sbirlib.training.loop import Loop, Validation
from sbirlib.training.selection import score_on

TRACKERS = ("tensorboard",)


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

    With a `folder`, losses and checkpoints are written there, and the same call takes a killed run up again; the
    result is that of a run that was not killed.

        run = sb.fit(sb.models.TextAligned(sb.encoders.clip("tiny")), sb.load("world"), seed=0)
    """
    plan = planned(model, recipe, steps, epochs, batch, lr, precision, accumulate, augment)
    rates = dict(lr) if isinstance(lr, Mapping) else {}
    if validate is not None and (bench is None or validate < 1):
        raise ValueError(f"validate is a number of steps, and needs a benchmark; got validate={validate}, bench={bench}")
    if patience is not None and validate is None:
        raise ValueError("patience counts validations: say how often with validate")
    if unknown := set(trackers) - set(TRACKERS):
        raise ValueError(f"a tracker is one of {', '.join(TRACKERS)} (the log is kept anyway); got {', '.join(unknown)}")
    learnt = bench.tuning if bench is not None and validate is not None else bench
    home = Path(folder) if folder is not None else None
    machine = accelerator(plan.precision, trackers, home)
    parts = machine.num_processes
    if plan.batch % parts:
        raise ValueError(f"{parts} processes take equal parts of a batch; got batch={plan.batch}")
    with torch.random.fork_rng():
        torch.manual_seed(seed)  # for what setup makes
        given = classes or (known_classes(learnt) if learnt is not None else None)
        if given is not None:
            model.setup(given)
        wanted = {**model.dials(), **(dials or {})}
        source = batches_of(
            learnt, model.kind, batch=plan.batch // parts, seed=seed, size=model.size,
            augment=plan.augment, sketches=sketches, photos=photos, extra=extra, **wanted,
        )  # fmt: skip
        each = -(-source.steps_an_epoch // (parts * plan.accumulate))
        count = plan.steps if plan.steps is not None else round((plan.epochs or 0) * each)
        count = min(count, profile().longest_training or count)
        identity = {
            "sbirlib": sbirlib.__version__, "model": type(model).__name__, "config": model.config,
            "weights": model.weights, "recipe": asdict(plan), "steps": count, "rates": rates, "seed": seed,
            "data": learnt.id if learnt is not None else "", "world": learnt.version if learnt is not None else "",
            "kind": model.kind, "dials": {name: plain(value) for name, value in wanted.items()},
            "sketches": sketches, "photos": photos, "extra": [plain(one) for one in listed(extra)],
            "validate": validate, "patience": patience,
        }  # fmt: skip
        check = Validation(lambda one: score_on(learnt, one), validate, patience) if learnt and validate else None
        loop = Loop(
            model, source, plan, count, seed, machine, identity, home,
            checkpoint=checkpoint or max(1, count // 10), validation=check, rates=rates,
            workers=default_workers(machine.device) if workers is None else workers,
            label=f"{type(model).__name__}, seed {seed}", tracked=bool(trackers),
        )  # fmt: skip
        began = time.perf_counter()
        with recorded(machine, model, bench, identity, seed) as record:
            state = loop.run()
            record.numbers |= numbers(model, loop)
        record.seconds = record.seconds or round(time.perf_counter() - began, 3)
    if trackers:
        machine.end_training()
    best = None if state.best_step is None else (state.best_step, state.best_score)
    return Run(model, record, loop.history, plan, home, best)


def planned(
    model: Model,
    recipe: Recipe | None,
    steps: int | None,
    epochs: float | None,
    batch: int | None,
    lr: float | Mapping[str, float] | None,
    precision: str | None,
    accumulate: int | None,
    augment: float | None,
) -> Recipe:
    """The recipe that a run follows."""
    plan = recipe or (model.paper if profile().name == "paper" else model.small)
    if steps is not None or epochs is not None:
        plan = replace(plan, steps=steps, epochs=epochs)
    given = {
        "batch": batch, "lr": lr if isinstance(lr, int | float) else None, "precision": precision,
        "accumulate": accumulate, "augment": augment,
    }  # fmt: skip
    return replace(plan, **{name: value for name, value in given.items() if value is not None})


def known_classes(bench: Benchmark) -> Classes:
    """What a model may know of the seen classes of a benchmark: none of the others is in it."""
    seen = set(bench.seen_classes)
    names = tuple(name for name in bench.classes if name in seen)
    prompts = tuple(phrase("photo", name) for name in names)
    if bench.graph is None:
        return Classes(names, prompts)
    graph = bench.graph.without(set(bench.classes) - seen)
    return Classes(names, prompts, graph.vectors(names), graph.overlap(names), graph)


def accelerator(precision: str, trackers: Sequence[str], folder: Path | None) -> Accelerator:
    """Accelerate's view of this machine; one process, or as many as launched this."""
    if trackers and folder is None:
        raise ValueError("trackers write to the run's folder: give fit a folder")
    for tracker in trackers:
        require(tracker, extra="lab")
    state = AcceleratorState._shared_state
    if state and state.get("_mixed_precision", precision) != precision:
        AcceleratorState._reset_state()  # a notebook's second run may have another precision
    machine = Accelerator(
        cpu=best_device().type == "cpu",
        mixed_precision=precision,
        log_with=list(trackers) or None,
        project_dir=folder,
        # a player's losses do not reach the other players' parameters, and buffers change by what all processes know
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True, broadcast_buffers=False)],
    )
    if trackers:
        machine.init_trackers("losses")
    return machine


def recorded(machine: Accelerator, model: Model, bench: Benchmark | None, identity: dict[str, Any], seed: int) -> Any:
    """A record of the run, by the first process only."""
    from contextlib import nullcontext

    name = f"fit/{type(model).__name__}"
    split = {} if bench is None else {"split": bench.split}
    world = str(identity["world"])
    if machine.is_main_process:
        return recording(name, config={**identity, **split}, seeds=[seed], world=world)
    return nullcontext(Record(name, {**identity, **split}, [seed], profile=profile().name, hardware=hardware()))


def numbers(model: Model, loop: Loop) -> dict[str, Any]:
    """What a run measured of itself."""
    state, last = loop.state, loop.history.entries[-1] if len(loop.history) else None
    found: dict[str, Any] = {
        "steps": state.step,
        "parameters": sum(each.numel() for each in model.parameters()),
        "learning": sum(each.numel() for each in model.parameters() if each.requires_grad),
    }
    if last is not None:
        found |= {"losses": last["losses"], "images_per_second": round(state.examples / max(state.seconds, 1e-9), 1)}
    if state.best_step is not None:
        found |= {"best_step": state.best_step, "best_score": state.best_score}
    return found


def default_workers(device: torch.device) -> int:
    """Workers pay where something else does the computing."""
    return 0 if device.type == "cpu" else min(8, max(1, (os.cpu_count() or 1) - 1))


def listed(extra: Extra | Sequence[Extra]) -> list[Extra]:
    return list(extra) if isinstance(extra, list | tuple) else [extra]  # type: ignore[list-item]


def plain(value: Any) -> Any:
    """A dial's value, as an identity holds it: data by their digest, tensors by theirs."""
    if isinstance(value, torch.Tensor):
        import hashlib

        return hashlib.sha256(value.detach().cpu().contiguous().numpy().tobytes()).hexdigest()[:16]
    return getattr(value, "id", value)

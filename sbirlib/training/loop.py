"""The one loop. Step i of a run follows from the seed, i and what the steps before it made: nothing else.

Its batch, its random numbers and its rates are functions of (seed, i); so a run that was killed and taken up again
gives the numbers of one that was not. Devices, precision and processes are accelerate's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast

from sbirlib.data.batching.drawn import Batches
from sbirlib.models.contract import Model, Recipe
from sbirlib.models.modes import evaluating
from sbirlib.runs.pages import progress
from sbirlib.training.accelerating import reseed
from sbirlib.training.checkpoints import (
    best_file,
    read_checkpoint,
    read_tensors,
    tidy,
    write_best,
    write_checkpoint,
    writing,
)
from sbirlib.training.history import History
from sbirlib.training.optimizers import optimizer_tensors, set_optimizer_tensors
from sbirlib.training.schedule import epoch_of, height
from sbirlib.training.selection import Measure, Validation
from sbirlib.training.turns import Turns


@dataclass
class Progress:
    """How far a run is."""

    step: int = 0
    best_step: int | None = None
    best_score: float | None = None
    since_best: int = 0
    stopped: bool = False
    examples: int = 0
    seconds: float = 0.0
    """Of training, without validation and checkpoints; over all the times it was taken up."""


@dataclass
class Loop:
    """Trains `model` for `steps` steps on `batches`, whose batch is this process's part of the recipe's."""

    model: Model
    batches: Batches[Any]
    recipe: Recipe
    steps: int
    seed: int
    accelerator: Accelerator
    identity: Mapping[str, Any]
    folder: Path | None = None
    checkpoint: int = 100
    """Steps between two checkpoints."""
    validation: Validation | None = None
    measure: Measure | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    workers: int = 0
    label: str = "training"
    tracked: bool = False

    def __post_init__(self) -> None:
        self.turns = Turns(self.model, self.recipe, self.accelerator, self.rates)
        self.state = Progress()
        self.best: dict[str, torch.Tensor] = {}
        first = self.accelerator.is_main_process
        self.history = History(self.folder / "log.jsonl" if self.folder and first else None)
        self.a_step = self.accelerator.num_processes * self.recipe.accumulate
        """Batches that all processes take in a step."""

    @property
    def finished(self) -> bool:
        return self.state.stopped or self.state.step == self.steps

    def run(self) -> Progress:
        """Bring the run to its end, from where it is."""
        device = self.accelerator.device
        epoch = epoch_of(self.batches, self.a_step)
        steps = range(self.steps if self.finished else self.state.step, self.steps)
        batches = iter(
            self.batches.loader(
                steps.start * self.a_step + self.accelerator.process_index,
                self.steps * self.a_step,
                stride=self.accelerator.num_processes,
                workers=self.workers,
                pin=device.type == "cuda",
            )
        )
        bar = progress(steps, self.label)
        self.model.train()
        for step in bar if steps and self.accelerator.is_main_process else steps:
            if self.state.stopped:
                break
            began = time.perf_counter()
            parts = [next(batches).to(device, non_blocking=True) for _ in range(self.recipe.accumulate)]
            self.model.at(step, self.steps, step / epoch)
            reseed(mixed(self.seed, step, self.accelerator.process_index), device)
            share = height(step, self.steps, self.recipe.schedule, self.recipe.warmup)
            entry = self.turns.take(step, share, parts, partial(self.named, step))
            self.state.step = step + 1
            self.state.examples += sum(map(len, parts)) * self.accelerator.num_processes
            self.state.seconds += time.perf_counter() - began
            bar.note(**entry["losses"])
            self.validate(entry)
            self.look(entry)
            self.history.add(entry)
            if self.tracked:
                self.accelerator.log({**entry["losses"], "total": entry["total"], "lr": entry["lr"]}, step=step)
            if self.state.step % self.checkpoint == 0 or self.finished:
                self.save()
        self.restore_best()
        self.model.eval()
        return self.state

    def named(self, step: int, part: int) -> str:
        """What all processes see as this part of a step, in words."""
        processes = self.accelerator.num_processes
        first = step * self.a_step + part * processes
        return "; ".join(self.batches.names(first + rank) for rank in range(processes))

    def validate(self, entry: dict[str, Any]) -> None:
        """Score the model where it is time to, and keep it if it is the best so far."""
        validation, state = self.validation, self.state
        if validation is None or (state.step % validation.every and state.step != self.steps):
            return
        score = torch.zeros(1, device=self.accelerator.device)
        if self.accelerator.is_main_process:
            self.model.eval()
            score += validation.score(self.model)
            self.model.train()
        entry["score"] = float(broadcast(score))
        if state.best_score is None or entry["score"] > state.best_score:
            state.best_step, state.best_score, state.since_best = state.step, entry["score"], 0
            self.keep_best()
        else:
            state.since_best += 1
        state.stopped = validation.patience is not None and state.since_best >= validation.patience

    def look(self, entry: dict[str, Any]) -> None:
        """Measure what was asked for, where it is time to; nothing of it decides anything."""
        measure, step = self.measure, self.state.step
        if measure is None or (step % measure.every and step != self.steps) or not self.accelerator.is_main_process:
            return
        with evaluating(self.model), torch.no_grad():
            entry["measured"] = {name: float(value) for name, value in measure.of(self.model).items()}

    def keep_best(self) -> None:
        if self.folder is None:
            self.best = {name: value.detach().to("cpu", copy=True) for name, value in self.model.state_dict().items()}
        elif self.accelerator.is_main_process:
            write_best(self.folder, self.state.step, self.model.state_dict())

    def restore_best(self) -> None:
        if self.state.best_step is None:
            return
        self.accelerator.wait_for_everyone()
        best = read_tensors(best_file(self.folder, self.state.best_step)) if self.folder else self.best
        self.model.load_state_dict(best)

    def save(self) -> None:
        """A checkpoint, by the first process; the others wait."""
        if self.folder and self.accelerator.is_main_process:
            scaler = self.accelerator.scaler
            with writing(self.folder, self.state.step):
                self.history.write()
            write_checkpoint(
                self.folder,
                self.state.step,
                self.model.state_dict(),
                optimizer_tensors(self.turns.optimizers),
                {"progress": vars(self.state), "scaler": None if scaler is None else scaler.state_dict()},
                self.identity,
                best=self.state.best_step,
            )
        self.accelerator.wait_for_everyone()

    def resume(self) -> None:
        """Take the run up where its folder left it."""
        found = read_checkpoint(self.folder, self.identity) if self.folder else None
        if found is not None:
            self.model.load_state_dict(found.model)
            set_optimizer_tensors(self.turns.optimizers, found.optimizers)
            self.state = Progress(**found.state["progress"])
            if found.state["scaler"] is not None and self.accelerator.scaler is not None:
                self.accelerator.scaler.load_state_dict(found.state["scaler"])
            if self.folder and self.accelerator.is_main_process:
                tidy(self.folder)  # the last life may have ended in the middle of that
        self.history.resume(self.state.step)


def mixed(seed: int, step: int, rank: int) -> int:
    """One number for torch's generators, other ones for every step and process.

    >>> len({mixed(seed, step, rank) for seed in range(3) for step in range(3) for rank in range(3)})
    27
    """
    return ((seed * 1_000_003 + step) * 4_099 + rank) % 2**63

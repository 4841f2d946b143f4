"""The one loop. Step i of a run follows from the seed, i and what the steps before it made: nothing else.

Its batch, its random numbers and its rates are functions of (seed, i); so a run that was killed and taken up again
gives the numbers of one that was not. Devices, precision and processes are accelerate's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast
from torch import Tensor, nn

from sbirlib.models.contract import Model, Player, Recipe
from sbirlib.runs.pages import progress
from sbirlib.training.checkpoints import read_checkpoint, read_tensors, write_checkpoint, write_tensors
from sbirlib.training.history import History
from sbirlib.training.optimizers import optimizer, optimizer_tensors, set_height, set_optimizer_tensors
from sbirlib.training.schedule import height


@dataclass(frozen=True)
class Validation:
    """Every so many steps the model is scored; the best one is kept, and `patience` scores without a better end it."""

    score: Callable[[Model], float]
    every: int
    patience: int | None = None


@dataclass
class Progress:
    """How far a run is."""

    step: int = 0
    best_step: int | None = None
    best_score: float = -math.inf
    since_best: int = 0
    stopped: bool = False
    examples: int = 0
    seconds: float = 0.0
    """Of training, without validation and checkpoints."""


class Stepper(nn.Module):
    """The model's losses as a forward pass: what accelerate wraps for several processes and for mixed precision."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Any, player: str) -> dict[str, Tensor]:
        return self.model.losses(batch, player)


@dataclass
class Loop:
    """Trains `model` for `steps` steps on `batches`, whose batch is this process's part of the recipe's."""

    model: Model
    batches: Any
    recipe: Recipe
    steps: int
    seed: int
    accelerator: Accelerator
    identity: Mapping[str, Any]
    folder: Path | None = None
    checkpoint: int = 100
    """Steps between two checkpoints."""
    validation: Validation | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    workers: int = 0
    label: str = "training"
    tracked: bool = False

    def __post_init__(self) -> None:
        self.history = History(self.folder / "log.jsonl" if self.folder and self.accelerator.is_main_process else None)
        self.state = Progress()
        self.players: dict[str, Player] = self.model.players()
        self.model.to(self.accelerator.device)
        made = {name: optimizer(player, self.recipe, self.rates) for name, player in self.players.items()}
        if unknown := set(self.rates) - {group.name for player in self.players.values() for group in player.groups}:
            known = sorted({group.name for player in self.players.values() for group in player.groups})
            raise ValueError(f"{type(self.model).__name__}'s groups are {', '.join(known)}; got {', '.join(unknown)}")
        learning = {name: one for name, one in made.items() if one is not None}
        self.stepper: nn.Module = Stepper(self.model)
        self.optimizers: dict[str, Any] = {}
        if learning:
            self.stepper, *prepared = self.accelerator.prepare(self.stepper, *learning.values())
            self.optimizers = dict(zip(learning, prepared, strict=True))
        self.period = max(player.steps for player in self.players.values())

    @property
    def steps_an_epoch(self) -> float:
        each = self.accelerator.num_processes * self.recipe.accumulate
        return max(1, math.ceil(self.batches.steps_an_epoch / each))

    def run(self) -> Progress:
        """Take up the run where its folder left it, and bring it to its end."""
        self.resume()
        model, device = self.model, self.accelerator.device
        processes, rank, many = self.accelerator.num_processes, self.accelerator.process_index, self.recipe.accumulate
        model.train()
        start = self.state.step * many * processes + rank
        stop = self.steps * many * processes
        loader = iter(
            self.batches.loader(start, stop, stride=processes, workers=self.workers, pin=device.type == "cuda")
        )
        bar = progress(range(self.state.step, self.steps), self.label)
        shown = bar if self.accelerator.is_main_process and self.steps else range(self.state.step, self.steps)
        for step in shown:
            if self.state.stopped:
                break
            began = time.perf_counter()
            parts = [next(loader).to(device, non_blocking=True) for _ in range(many)]
            entry = self.take(step, parts)
            self.state.seconds += time.perf_counter() - began
            self.state.examples += sum(map(len, parts)) * processes
            self.state.step = step + 1
            bar.note(**entry["losses"])
            self.validate(entry)
            self.history.add(entry)
            if self.tracked:
                self.accelerator.log({**entry["losses"], "total": entry["total"], "lr": entry["lr"]}, step=step)
            if self.folder and (self.state.step % self.checkpoint == 0 or self.state.stopped):
                self.save()
        if self.folder and self.state.step % self.checkpoint:
            self.save()
        self.restore_best()
        model.eval()
        return self.state

    def take(self, step: int, parts: list[Any]) -> dict[str, Any]:
        """One step: every player whose turn it is goes once."""
        self.model.at(step, self.steps, step / self.steps_an_epoch)
        torch.manual_seed(mixed(self.seed, step, self.accelerator.process_index))
        share = height(step, self.steps, self.recipe.schedule, self.recipe.warmup)
        entry: dict[str, Any] = {"step": step, "total": 0.0, "losses": {}, "lr": self.recipe.lr * share}
        for name, player in self.players.items():
            if step % self.period < self.period - player.steps:
                continue  # those who take fewer steps a round come last in it
            own = self.optimizers.get(name)
            if own is not None:
                own.zero_grad(set_to_none=True)
                set_height(own, share)
            for number, part in enumerate(parts):
                last = number == len(parts) - 1
                if last or own is None:
                    self.turn(name, part, entry, backward=own is not None)
                else:  # several processes exchange gradients once a step
                    with self.accelerator.no_sync(self.stepper):
                        self.turn(name, part, entry, backward=True)
            if own is not None:
                self.clip(name, step)
                own.step()
        return entry

    def turn(self, name: str, part: Any, entry: dict[str, Any], backward: bool) -> None:
        """A player's losses on one batch, logged and sent back."""
        losses = self.stepper(part, name)
        if not losses:
            return
        total = self.model.total(losses)
        share = 1 / self.recipe.accumulate
        seen = torch.stack([*losses.values(), total]).detach().float() * share
        if self.accelerator.num_processes > 1:
            seen = self.accelerator.reduce(seen, "mean")
        prefix = "" if len(self.players) == 1 else f"{name}/"
        for term, value in zip([*losses, None], seen.tolist(), strict=True):
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"step {entry['step']}: the loss {prefix}{term or 'total'} is {value}; the batch: {self.named(entry['step'])}"
                )
            if term is None:
                entry["total"] += value
            else:
                entry["losses"][prefix + term] = entry["losses"].get(prefix + term, 0.0) + value
        if backward:
            self.accelerator.backward(total * share)

    def clip(self, name: str, step: int) -> None:
        if self.recipe.clip is None:
            return
        own = [each for group in self.optimizers[name].param_groups for each in group["params"]]
        norm = self.accelerator.clip_grad_norm_(own, self.recipe.clip)
        # in fp16 the scaler itself skips such a step and goes on with a smaller scale
        if self.recipe.precision != "fp16" and norm is not None and not math.isfinite(float(norm)):
            raise FloatingPointError(
                f"step {step}: the gradient of {name} is {float(norm)}, its losses are finite; the batch: {self.named(step)}"
            )

    def named(self, step: int) -> str:
        """What the step shows, in words."""
        first = step * self.recipe.accumulate * self.accelerator.num_processes
        count = self.recipe.accumulate * self.accelerator.num_processes
        return "; ".join(self.batches.names(first + part) for part in range(count))

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
        if entry["score"] > state.best_score:
            state.best_step, state.best_score, state.since_best = state.step, entry["score"], 0
            self.keep_best()
        else:
            state.since_best += 1
        state.stopped = validation.patience is not None and state.since_best >= validation.patience

    def keep_best(self) -> None:
        if self.folder is None:
            self.best = {name: value.detach().cpu().clone() for name, value in self.model.state_dict().items()}
        elif self.accelerator.is_main_process:
            write_tensors(self.folder / f"best-{self.state.best_step:08d}.safetensors", self.model.state_dict())

    def restore_best(self) -> None:
        if self.state.best_step is None:
            return
        self.accelerator.wait_for_everyone()
        file = self.folder / f"best-{self.state.best_step:08d}.safetensors" if self.folder else None
        self.model.load_state_dict(self.best if file is None else read_tensors(file))

    def save(self) -> None:
        """A checkpoint, by the first process; the others wait."""
        if self.accelerator.is_main_process:
            assert self.folder is not None
            self.history.write()
            scaler = self.accelerator.scaler.state_dict() if self.accelerator.scaler is not None else None
            write_checkpoint(
                self.folder,
                self.state.step,
                self.model.state_dict(),
                optimizer_tensors(self.optimizers),
                {"progress": vars(self.state) | {"best_score": finite(self.state.best_score)}, "scaler": scaler},
                self.identity,
            )
            for old in self.folder.glob("best-*.safetensors"):
                if old.name != f"best-{self.state.best_step or 0:08d}.safetensors":
                    old.unlink()
        self.accelerator.wait_for_everyone()

    def resume(self) -> None:
        found = read_checkpoint(self.folder, self.identity) if self.folder else None
        if found is not None:
            self.model.load_state_dict(found.model)
            set_optimizer_tensors(self.optimizers, found.optimizers)
            kept = found.state["progress"]
            self.state = Progress(**kept | {"best_score": -math.inf if kept["best_score"] is None else kept["best_score"]})
            if found.state["scaler"] is not None and self.accelerator.scaler is not None:
                self.accelerator.scaler.load_state_dict(found.state["scaler"])
        self.history.resume(self.state.step)


def mixed(seed: int, step: int, rank: int) -> int:
    """One number for torch's generators, other ones for every step and process.

    >>> len({mixed(seed, step, rank) for seed in range(3) for step in range(3) for rank in range(3)})
    27
    """
    return ((seed * 1_000_003 + step) * 4_099 + rank) % 2**63


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

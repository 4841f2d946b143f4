"""One step: every player whose turn it is has its losses taken, on one batch or on several, and moves its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from sbirlib.models.contract import Model, Player, Recipe
from sbirlib.training.optimizers import optimizer, refuse_unknown, set_height

TOTAL, GRADIENT = "sum of losses", "gradient"
"""What is measured of a turn, beside the losses by their names."""


class Losses(nn.Module):
    """The model's losses as a forward pass: what accelerate wraps for several processes and for mixed precision."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Any, player: str) -> dict[str, Tensor]:
        return self.model.losses(batch, player)


class Turns:
    """The players of a model, each with its optimizer."""

    def __init__(self, model: Model, recipe: Recipe, accelerator: Accelerator, rates: Mapping[str, float]) -> None:
        self.model, self.recipe, self.accelerator = model, recipe, accelerator
        model.to(accelerator.device)
        self.players: dict[str, Player] = model.players()
        refuse_unknown(rates, self.players.values())
        self.losses: nn.Module = Losses(model)
        made = {name: optimizer(player, recipe, rates) for name, player in self.players.items()}
        learning = {name: one for name, one in made.items() if one is not None}
        self.optimizers: dict[str, Any] = {}
        if learning:
            self.losses, *prepared = accelerator.prepare(self.losses, *learning.values())
            self.optimizers = dict(zip(learning, prepared, strict=True))
        if isinstance(self.losses, DistributedDataParallel):
            self.losses.broadcast_buffers = False  # memories change by what all processes know, or are each one's own
        self.period = max((player.steps for player in self.players.values()), default=1)

    def take(self, step: int, share: float, parts: Sequence[Any], names: Callable[[int], str]) -> dict[str, Any]:
        """A step on `parts`, at this share of the full rates; gives the history's entry.

        `names` says in words what a part shows, should something not be finite.
        """
        entry: dict[str, Any] = {"step": step, "total": 0.0, "losses": {}, "lr": self.recipe.lr * share}
        for name, player in self.players.items():
            if step % self.period < self.period - player.steps:
                continue  # those who take fewer steps a round come last in it
            own = self.optimizers.get(name)
            if own is not None:
                set_height(own, share)
            measured = self.measure(name, own, parts)
            for (part, term), value in zip(measured, self.read(list(measured.values())), strict=True):
                if not math.isfinite(value) and not (term == GRADIENT and self.recipe.precision == "fp16"):
                    shown = "; ".join(map(names, range(len(parts)) if part is None else [part]))
                    raise FloatingPointError(f"step {step}: {self.called(name, term)} is {value}; the batch: {shown}")
                if term == TOTAL:
                    entry["total"] += value / len(parts)
                elif term != GRADIENT:
                    key = self.prefix(name) + term
                    entry["losses"][key] = entry["losses"].get(key, 0.0) + value / len(parts)
            if own is not None:
                own.step()
        return entry

    def measure(self, name: str, own: Any, parts: Sequence[Any]) -> dict[tuple[int | None, str], Tensor]:
        """A player's losses by part and name, with their weighted sums; where it learns, they are sent back, and the
        norm of its gradient is in it, too."""
        measured: dict[tuple[int | None, str], Tensor] = {}
        if own is not None:
            own.zero_grad(set_to_none=True)
        for number, part in enumerate(parts):
            early = own is not None and number < len(parts) - 1  # several processes exchange gradients once a step
            with self.accelerator.no_sync(self.losses) if early else nullcontext():
                losses = self.losses(part, name)
                if losses:
                    total = self.model.total(losses)
                    measured |= {(number, term): loss.detach() for term, loss in losses.items()}
                    measured[number, TOTAL] = total.detach()
                    if own is not None:
                        self.accelerator.backward(total / len(parts))
        if own is not None:
            norm = self.clipped([each for group in own.param_groups for each in group["params"]])
            if norm is not None:
                measured[None, GRADIENT] = norm
        return measured

    def clipped(self, learning: list[nn.Parameter]) -> Tensor | None:
        """The norm of the gradient, which is brought down to the largest that the recipe allows."""
        if self.recipe.clip is not None:
            norm: Tensor | None = self.accelerator.clip_grad_norm_(learning, self.recipe.clip)
            return norm  # DeepSpeed keeps its own
        slopes = [each.grad for each in learning if each.grad is not None]
        return torch.stack([slope.norm() for slope in slopes]).norm() if slopes else None

    def read(self, values: list[Tensor]) -> list[float]:
        """The numbers, each the mean over all processes: read at once, as a GPU is waited for each time."""
        if not values:
            return []
        together = torch.stack([value.float() for value in values])
        if self.accelerator.num_processes > 1:
            together = self.accelerator.reduce(together, "mean")
        numbers: list[float] = together.tolist()
        return numbers

    def prefix(self, player: str) -> str:
        return "" if len(self.players) == 1 else f"{player}/"

    def called(self, player: str, term: str) -> str:
        return (
            f"the {self.prefix(player)}{term}" if term in (TOTAL, GRADIENT) else f"the loss {self.prefix(player)}{term}"
        )

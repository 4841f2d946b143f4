"""How long an epoch is, and how high the learning rate stands at a step, as a share of its full height."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sbirlib.data.batching.drawn import Batches

SHAPES: dict[str, Callable[[float], float]] = {
    "constant": lambda done: 1.0,
    "linear": lambda done: 1 - done,
    "cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)),
    "thousandth": lambda done: 0.001**done,  # falls to a thousandth by a constant factor a step (SAKE)
}


def height(step: int, steps: int, schedule: str = "cosine", warmup: float = 0.05) -> float:
    """Linear rise over the first `warmup` of all steps (its first step is not 0), then the schedule's shape.

    >>> [round(height(step, 10, "linear", warmup=0.2), 3) for step in range(10)]
    [0.5, 1.0, 1.0, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]
    """
    if schedule not in SHAPES:
        raise ValueError(f"a schedule is one of {', '.join(SHAPES)}; got {schedule!r}")
    rising = round(warmup * steps)
    if step < rising:
        return (step + 1) / rising
    return SHAPES[schedule]((step - rising) / max(1, steps - rising))


def epoch_of(batches: Batches[Any], a_step: int) -> int:
    """Steps in a pass over what there is to learn from, where a step takes so many batches.

    >>> from types import SimpleNamespace
    >>> epoch_of(SimpleNamespace(steps_an_epoch=9), 4)
    3
    """
    return max(1, math.ceil(batches.steps_an_epoch / a_step))

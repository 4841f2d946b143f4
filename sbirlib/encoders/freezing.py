"""What does not move in fine-tuning: frozen parts stay in eval mode, and so does all BatchNorm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def frozen(module: nn.Module) -> bool:
    """Has parameters, and none of them learns."""
    learns = [p.requires_grad for p in module.parameters()]
    return bool(learns) and not any(learns)


def learnable(module: nn.Module) -> list[nn.Parameter]:
    """All parameters but those of a locked trunk (see pairing.py), which stay frozen."""
    locked: set[int] = set()
    for part in module.modules():
        if getattr(part, "locked", False) and isinstance(trunk := getattr(part, "trunk", None), nn.Module):
            locked |= {id(parameter) for parameter in trunk.parameters()}
    return [parameter for parameter in module.parameters() if id(parameter) not in locked]


def still(modules: Iterable[nn.Module], *, learn_statistics: bool) -> None:
    """To be called after `.train()`: frozen modules go back to eval mode, and BatchNorm does.

    A batch of sketches and photos, or of a few classes, would move BatchNorm's running statistics away from what the
    weights were trained with; only pretraining (`learn_statistics`) means to.
    """
    for module in modules:
        if frozen(module):
            module.eval()
        elif not learn_statistics:
            for part in module.modules():
                if isinstance(part, _BatchNorm):
                    part.eval()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Random weights that depend on `seed` alone, made without moving anyone's random numbers (CPU's only)."""
    state = torch.get_rng_state()
    # not torch.manual_seed, which would seed the GPUs as well
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        torch.set_rng_state(state)

"""Losses of two who disagree: one learns to tell things apart, and the other to make that impossible.

- `reverse()`                  gradient reversal: both learn in one pass
- `domain_loss()`              which modality an embedding comes from
- `fooling()`, `discerning()`  least-squares adversaries, by turns
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


class Reversal(torch.autograd.Function):
    """Forwards nothing happens; backwards the gradient changes its sign."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, strength: float) -> Tensor:
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return -ctx.strength * gradient, None


def reverse(x: Tensor, strength: float = 1.0) -> Tensor:
    """x, whose gradient is sent back as -strength times itself (Ganin and Lempitsky, ICML 2015): what comes after it
    gets better at its task, and what comes before it worse.

    >>> x = torch.ones(2, requires_grad=True)
    >>> reverse(x, 0.5).sum().backward(); x.grad
    tensor([-0.5000, -0.5000])
    """
    found: Tensor = Reversal.apply(x, strength)
    return found


def ramp(t: float, start: float, end: float) -> float:
    """0 up to `start`, then in a straight line to 1 at `end`: how a reversal sets in.

    >>> [ramp(t, 5, 25) for t in (0, 5, 15, 25, 30)]
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    if end < start:
        raise ValueError(f"a ramp ends where it starts or later; got {start} and {end}")
    if end == start:
        return float(t >= end)
    return min(max((t - start) / (end - start), 0.0), 1.0)


def domain_loss(logits: Tensor, photo: Tensor) -> Tensor:
    """Binary cross entropy of logits (n,) that say how much something looks like a photo, not a sketch.

    >>> domain_loss(torch.zeros(2), torch.tensor([True, False]))   # ln 2: nothing is known
    tensor(0.6931)
    """
    if logits.ndim != 1 or logits.shape != photo.shape:
        raise ValueError(f"logits and photo are both (n,); got {tuple(logits.shape)} and {tuple(photo.shape)}")
    return binary_cross_entropy_with_logits(logits, photo.to(logits.dtype))


def fooling(made: Tensor) -> Tensor:
    """The maker's side of a least-squares game (Mao et al., ICCV 2017): what the judge says of what was made, (n,),
    should be 1, as of what is real.

    >>> fooling(torch.tensor([1.0, 0.0]))
    tensor(0.5000)
    """
    return (made - 1).square().mean()


def discerning(real: Tensor, made: Tensor, noisy: bool = False) -> Tensor:
    """The judge's side: 1 for what is real, 0 for what was made, half each. `noisy` draws the two goals anew for every
    row, from .7 to 1 and from 0 to .3, so that the judge is never quite sure.

    >>> discerning(torch.tensor([1.0, 1.0]), torch.tensor([0.0, 1.0]))
    tensor(0.2500)
    """
    if real.ndim != 1 or made.ndim != 1:
        raise ValueError(f"a judge gives a number a row, (n,); got {tuple(real.shape)} and {tuple(made.shape)}")
    one, nought = torch.ones_like(real), torch.zeros_like(made)
    if noisy:
        one, nought = 0.7 + 0.3 * torch.rand_like(real), 0.3 * torch.rand_like(made)
    return ((real - one).square().mean() + (made - nought).square().mean()) / 2

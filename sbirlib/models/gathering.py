"""One batch over several processes: every process sees the embeddings of all, and gradients find their way back."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed


class Gather(torch.autograd.Function):
    """Parts (n, ...) of each process, concatenated in the order of their ranks; backwards, all processes' sum."""

    @staticmethod
    def forward(ctx: Any, part: Tensor) -> Tensor:
        ctx.rows = len(part)
        parts = [torch.empty_like(part) for _ in range(distributed.get_world_size())]
        distributed.all_gather(parts, part.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        # Every process has the whole loss and its gradient. They are summed here, and data-parallel training takes the
        # mean over processes of what each parameter gets: together, the gradient of one process with the whole batch.
        gradient = gradient.clone(memory_format=torch.contiguous_format)  # autograd may hand it to others, too
        distributed.all_reduce(gradient)
        start = distributed.get_rank() * ctx.rows
        return gradient[start : start + ctx.rows]


def gather(part: Tensor) -> Tensor:
    """The whole of a tensor that is spread over processes by its rows; with one process, the tensor itself."""
    if not (distributed.is_available() and distributed.is_initialized()) or distributed.get_world_size() == 1:
        return part
    whole: Tensor = Gather.apply(part)
    return whole

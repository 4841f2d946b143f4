"""Losses that keep what a network knew before: it answers as a frozen teacher does."""

from __future__ import annotations

import torch
from torch import Tensor


def soft_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """-sum_k q_ik log softmax(logits_i)_k, one a row: logits and targets q are (n, k), and each q_i sums to 1.

    >>> import torch
    >>> soft_cross_entropy(torch.zeros(1, 2), torch.tensor([[0.5, 0.5]]))
    tensor([0.6931])
    """
    if logits.ndim != 2 or logits.shape != targets.shape:
        raise ValueError(f"logits and targets are both (n, k); got {tuple(logits.shape)} and {tuple(targets.shape)}")
    return -(targets * logits.log_softmax(dim=1)).sum(dim=1)


def preserving(logits: Tensor, teacher: Tensor, hint: Tensor, photo: Tensor) -> Tensor:
    """SAKE's knowledge preservation (Liu et al., ICCV 2019): over the photos of a batch,

        L = 1/n_photos sum_i -q_i log softmax(logits_i),   q_i = softmax(teacher_i + hint_i).

    All are (n, k) over the teacher's classes; `hint` is what a knowledge graph adds, its strength included. Sketches
    (`photo`, (n,), is False) count for nothing: the teacher has met none.

    >>> one = torch.zeros(2, 2)
    >>> preserving(torch.tensor([[0.0, 0.0], [9.0, 0.0]]), one, one, torch.tensor([True, False]))
    tensor(0.6931)
    """
    if not logits.shape == teacher.shape == hint.shape:
        shapes = ", ".join(str(tuple(part.shape)) for part in (logits, teacher, hint))
        raise ValueError(f"logits, teacher and hint are all (n, k); got {shapes}")
    if photo.shape != logits.shape[:1] or photo.dtype != torch.bool:
        raise ValueError(
            f"photo is true or false of each row, ({len(logits)},); got {photo.dtype} {tuple(photo.shape)}"
        )
    losses = soft_cross_entropy(logits, (teacher + hint).softmax(dim=1))
    return losses.masked_fill(~photo, 0.0).sum() / photo.sum().clamp(min=1)

"""Losses against what is known of the classes by their names."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import cosine_similarity


def meaning_loss(said: Tensor, meant: Tensor) -> Tensor:
    """Half the cosine distance of rows (n, d): 0 where they point the same way, 1 where the opposite one.

    >>> import torch
    >>> meaning_loss(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 2.0]]))
    tensor(0.5000)
    """
    if said.ndim != 2 or said.shape != meant.shape:
        raise ValueError(f"rows (n, d) beside each other were expected; got {tuple(said.shape)}, {tuple(meant.shape)}")
    return ((1 - cosine_similarity(said, meant, dim=1)) / 2).mean()


def columns_used(weight: Tensor) -> Tensor:
    """|W|_{2,1} = sum_j |W_:j|, the columns' lengths added up, of a layer's weight (out, in): it drives whole columns
    to zero, and the inputs that they read are no longer used (SEM-PCYC's selection of features).

    >>> import torch
    >>> columns_used(torch.tensor([[3.0, 0.0], [4.0, 0.0]]))
    tensor(5.0000)
    """
    if weight.ndim != 2:
        raise ValueError(f"a layer's weight is (out, in); got {tuple(weight.shape)}")
    return (weight.square().sum(dim=0) + 1e-12).sqrt().sum()

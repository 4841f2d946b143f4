"""Evaluation mode for a while, and then whatever each part was in before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluating(net: nn.Module) -> Iterator[None]:
    """Dropout and batch statistics rest inside the block; a part that rested before it rests after it.

    >>> net = nn.Sequential(nn.Dropout(), nn.BatchNorm1d(2)); _ = net[1].eval()
    >>> with evaluating(net):
    ...     net[0].training
    False
    >>> net.training, net[0].training, net[1].training
    (True, True, False)
    """
    before = [(part, part.training) for part in net.modules()]
    net.eval()
    try:
        yield
    finally:
        for part, learning in before:
            part.training = learning

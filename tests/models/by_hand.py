"""What the tests of the models on features share: features as a network may have given them, and sums row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Triplets
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import Cnn, cnn
from tests.models.contract import world

DIM = 192
SEEN = ("cow", "owl", "axe")
Rows = list[list[float]]
M = TypeVar("M", bound=nn.Module)


def tiny() -> Cnn:
    return cnn("tiny")


@cache
def frozen() -> Benchmark:
    """A small world of the tiny network's features."""
    return sb.features(world(48, 6), tiny(), cache=False)


def louder(model: M) -> M:
    """Else much of what is lost is one number, whatever goes in."""
    with torch.no_grad():
        for name, each in model.named_parameters():
            if each.ndim == 2 and not name.startswith("looking"):
                each.mul_(3)
    return model.eval()


def numbers(seed: int, count: int = 5, width: int = DIM) -> Tensor:
    return torch.rand(count, width, generator=torch.Generator().manual_seed(seed))


def triplets() -> Triplets:
    """Features, as a network may have given them."""
    labels = torch.tensor([0, 1, 2, 0, 1])
    return Triplets(numbers(0), numbers(1), numbers(2), labels, (labels + 1) % 3)


def scaled(x: Tensor) -> Rows:
    """As models on features take them."""
    unit: Tensor = normalize(x, dim=1) * math.sqrt(DIM)
    return unit.tolist()


def through(net: nn.Module, rows: Sequence[Sequence[float]]) -> Rows:
    """Row by row."""
    with torch.no_grad():
        return [net(torch.tensor([row]))[0].tolist() for row in rows]


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

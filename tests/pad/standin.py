"""Galleries for tests: one that finds what it is told to, and one of the drawn world, as small as can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from torch import Tensor

import sbirlib as sb
from sbirlib.search import Gallery


@dataclass
class Found:
    """A hit; its picture is of one grey."""

    key: str
    score: float = 0.5
    rank: int = 1
    metadata: Mapping[str, Any] | None = None
    drawn: int = 0

    def __post_init__(self) -> None:
        self.metadata = self.metadata or {}

    def picture(self, size: int) -> Image.Image:
        self.drawn += 1
        return Image.new("RGB", (size, size), (90, 90, 90))


class Told:
    """Finds the photos it is told to, and keeps what it was asked with."""

    def __init__(self, *keys: str, problem: Exception | None = None) -> None:
        self.hits = [Found(key, 0.9 - 0.1 * rank, rank) for rank, key in enumerate(keys, start=1)]
        self.problem = problem
        self.asked: list[tuple[Tensor, int]] = []

    def search(self, sketch: Tensor, *, k: int) -> Sequence[Found]:
        self.asked.append((sketch, k))
        if self.problem:
            raise self.problem
        return self.hits[:k]


def world(per_class: int = 4) -> Gallery:
    """Photos of the drawn world's unseen classes, by the tiny CLIP as it is."""
    model = sb.models.FrozenCLIP(sb.encoders.clip("tiny"))
    return Gallery(model, sb.load("world", per_class=per_class).unseen.photos)

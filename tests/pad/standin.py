"""Galleries for tests: one that finds what it is told to, and one of the drawn world, as small as can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor

import sbirlib as sb
from sbirlib.data.imageset import ImageSet
from sbirlib.models.contract import Model


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
    """Finds the photos that are named for a sketch's number of strokes, and keeps what it was asked with."""

    def __init__(self, *keys: str, problem: Exception | None = None) -> None:
        self.hits = [Found(key, 0.9 - 0.1 * rank, rank) for rank, key in enumerate(keys, start=1)]
        self.problem = problem
        self.asked: list[tuple[Tensor, int]] = []

    def search(self, sketch: Tensor, *, k: int) -> Sequence[Found]:
        self.asked.append((sketch, k))
        if self.problem:
            raise self.problem
        return self.hits[:k]


@dataclass
class Photo:
    """A hit in a set of photos."""

    photos: ImageSet
    row: int
    score: float
    rank: int

    @property
    def key(self) -> str:
        return self.photos.keys[self.row]

    @property
    def metadata(self) -> Mapping[str, Any]:
        return {"class": self.photos.names[self.row], "caption": self.photos.caption(self.row)}

    def picture(self, size: int) -> Image.Image:
        return self.photos.picture(self.row, size)


class Small:
    """Photos by a model: the whole of a gallery that the pad needs."""

    def __init__(self, model: Model, photos: ImageSet) -> None:
        self.model, self.photos = model.eval(), photos
        self.vectors = sb.embed(model, photos)

    def search(self, sketch: Tensor, *, k: int) -> list[Photo]:
        with torch.inference_mode():
            query = self.model.embed(sketch[None], "sketch").float()
        best = (self.vectors @ query[0]).topk(k)
        rows = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return [Photo(self.photos, row, score, rank) for rank, (row, score) in enumerate(rows, start=1)]


def world(per_class: int = 4) -> Small:
    """Photos of the drawn world's unseen classes, by the tiny CLIP as it is."""
    model = sb.models.FrozenCLIP(sb.encoders.clip("tiny"))
    return Small(model, sb.load("world", per_class=per_class).unseen.photos)

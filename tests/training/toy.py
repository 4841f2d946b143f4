"""A model of one linear layer, and a game of two: small enough to train in a test."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, dropout, normalize

import sbirlib as sb
from sbirlib.losses import clip_loss
from sbirlib.models.contract import Classes, Group, Model, Player, Recipe, decayed


def world(per_class: int = 10, **options: Any) -> sb.data.Benchmark:
    return sb.load("world", split="mixed", per_class=per_class, size=8, **options)


class Toy(Model):
    """Pixels, a linear map with dropout, class scores: everything that a run has to bring back."""

    kind: ClassVar[str] = "captioned"
    small: ClassVar[Recipe] = Recipe(steps=8, batch=16, lr=1e-2)

    def __init__(self, width: int = 6, size: int = 8) -> None:
        super().__init__(size=size, config={"width": width})
        self.map = nn.Linear(3 * size * size, width)
        self.norm = nn.BatchNorm1d(width)
        self.heads: nn.Linear | None = None

    def setup(self, classes: Classes) -> None:
        super().setup(classes)
        self.heads = nn.Linear(self.map.out_features, len(classes))

    def features(self, images: Tensor) -> Tensor:
        out: Tensor = self.norm(self.map(images.float().flatten(1) / 255))
        return out

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return normalize(self.features(images), dim=1)

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        assert self.heads is not None
        hidden = dropout(self.features(batch.images), 0.3, self.training)
        return {"classes": cross_entropy(self.heads(hidden), batch.labels), "size": hidden.square().mean() * 0.01}


class Contrast(Model):
    """A contrastive loss over the whole batch, on any number of processes; nothing here depends on who has which part."""

    kind: ClassVar[str] = "triplet"
    small: ClassVar[Recipe] = Recipe(steps=4, batch=16, lr=1e-2)

    def __init__(self) -> None:
        super().__init__(size=8)
        self.map = nn.Linear(192, 6)
        self.log_scale = nn.Parameter(torch.tensor(1.0))

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return normalize(self.map(images.float().flatten(1) / 255), dim=1)

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        sketches, photos = self.embed(batch.sketches, "sketch"), self.embed(batch.photos, "photo")
        sketches, photos, labels = self.gathered(sketches, photos, batch.labels)
        return {"pairs": clip_loss(sketches, photos, self.log_scale.exp(), labels)}


class Game(Model):
    """One raises a number's square that the other lowers: each moves its own parameter only."""

    kind: ClassVar[str] = "none"
    small: ClassVar[Recipe] = Recipe(steps=6, batch=2, lr=0.1, optimizer="sgd", momentum=0.0, weight_decay=0.0,
                                     schedule="constant", warmup=0.0, clip=None)  # fmt: skip

    def __init__(self) -> None:
        super().__init__(size=8)
        self.low, self.high = nn.Parameter(torch.tensor([1.0])), nn.Parameter(torch.tensor([1.0]))
        self.turns: list[tuple[int, str, int]] = []

    def players(self) -> dict[str, Player]:
        return {
            "low": Player([Group("low", [self.low])], steps=3),
            "high": Player([Group("high", [self.high])], steps=1, lr=0.5),
        }

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        self.turns.append((self.step, player, batch.seed))
        value = (self.low * self.high).sum()
        return {"value": value if player == "low" else -value}


class Still(Model):
    """Learns nothing, counts batches."""

    kind: ClassVar[str] = "unlabelled"

    def __init__(self) -> None:
        super().__init__(size=8)
        self.register_buffer("met", torch.zeros(()))

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        self.met += 1
        return {}


__all__ = ["Contrast", "Game", "Still", "Toy", "decayed", "world"]

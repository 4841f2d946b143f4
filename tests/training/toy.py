"""Models of one layer, a game of two, and a benchmark of coloured noise: small enough to train in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, dropout, normalize

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.items import Items
from sbirlib.data.pictures import Bytes, Ints, Pictures
from sbirlib.data.roles import TEST, deal
from sbirlib.losses.contrastive import clip_loss
from sbirlib.models.contract import Classes, Group, Model, Player, Recipe
from sbirlib.training.fitting import fit

SEEN = ("ant", "bee", "cat", "dog", "elk", "fox")
UNSEEN = ("gnu", "hen")
VALIDATING = SEEN[:2]
SIDE = 8


class Noise(Pictures):
    """Every class has colours of its own, every picture some noise besides; remembers which were looked at."""

    def __init__(self, modality: str, labels: list[int]) -> None:
        self.modality, self.labels, self.id = modality, labels, f"{modality} noise {len(labels)}"
        self.asked: set[int] = set()
        shape = (SIDE, SIDE, 3)
        classes = [np.random.default_rng(label).uniform(0, 180, shape) for label in range(max(labels) + 1)]
        own = np.random.default_rng([len(modality), 7]).uniform(0, 75, (len(labels), *shape))
        self.drawn = (np.stack([classes[label] for label in labels]) + own).astype(np.uint8)

    def __len__(self) -> int:
        return len(self.labels)

    def identity(self, row: int) -> str:
        return f"{self.modality} {row}"

    def draw(self, rows: Ints, size: int) -> Bytes:
        assert size == SIDE
        self.asked |= set(rows.tolist())
        return self.drawn[rows]


def image_set(modality: str, takes: int, per_class: int) -> ImageSet:
    classes = SEEN + UNSEEN
    units = [(name, index) for name in classes for index in range(per_class)]
    dealt = deal(
        [name for name, _ in units], [f"{name}/{index}" for name, index in units], UNSEEN, validating=VALIDATING
    )
    rows = [row for row in range(len(units)) for _ in range(takes)]
    labels = [classes.index(units[row][0]) for row in rows]
    roles = dealt[rows]
    seen = torch.tensor([classes[label] in SEEN for label in labels])
    items = Items(
        torch.tensor(labels),
        seen,
        [f"{units[row][0]}/{modality}{place}" for place, row in enumerate(rows)],
        torch.tensor(rows),
        trained=torch.from_numpy(roles != TEST) & seen,
    )
    return ImageSet(modality, items, classes, roles, Noise(modality, labels), np.arange(len(rows)), SIDE)


def bench(per_class: int = 10, validating: tuple[str, ...] = VALIDATING, version: str = "") -> Benchmark:
    """Six seen classes, two of them for validation, and two unseen ones."""
    sketches, photos = image_set("sketch", 2, per_class), image_set("photo", 1, per_class)
    return Benchmark("noise", "noise/all", sketches, photos, SEEN, UNSEEN, validating, version=version)


def made(kind: type[Model], *options: Any, seed: int = 0) -> Any:
    """A model whose first weights hang on the seed alone."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return kind(*options)


def same(one: Model, two: Model) -> bool:
    """Whether two models' weights and buffers are equal, bit for bit."""
    here, there = one.state_dict(), two.state_dict()
    return here.keys() == there.keys() and all(torch.equal(here[name], there[name]) for name in here)


def interrupted(model: Model, at: int, data: Benchmark | None, **options: Any) -> None:
    """A run that is stopped in the middle of step `at`: its forward pass is done, and its weights have not moved."""
    whole = model.losses

    def losses(batch: Any, player: str = "model") -> dict[str, Tensor]:
        found = whole(batch, player)
        if model.step == at:
            raise KeyboardInterrupt
        return found

    model.losses = losses  # type: ignore[method-assign]
    try:
        fit(model, data, **options)
    except KeyboardInterrupt:
        return
    raise AssertionError(f"step {at} was never taken")


def left_in(folder: Path) -> dict[str, bytes]:
    """What a run left behind, less its times."""
    newest = sorted(folder.glob("step-*"))[-1]
    files = (folder / "log.jsonl", newest / "model.safetensors", newest / "optimizers.safetensors")
    return {str(file.relative_to(folder)): file.read_bytes() for file in files} | {
        file.name: file.read_bytes() for file in folder.glob("best-*")
    }


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
    """A contrastive loss over the whole batch, on any number of processes: who has which part makes no difference."""

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
    """One raises a product of two numbers that the other lowers: each moves its own number only."""

    kind: ClassVar[str] = "none"
    small: ClassVar[Recipe] = Recipe(steps=6, batch=2, lr=0.1, optimizer="sgd", momentum=0.0, weight_decay=0.0,
                                     schedule="constant", warmup=0.0, clip=None)  # fmt: skip

    def __init__(self) -> None:
        super().__init__(size=SIDE)
        self.low, self.high = nn.Parameter(torch.tensor([1.0])), nn.Parameter(torch.tensor([1.0]))
        self.turns: list[tuple[int, str, float, float]] = []

    def players(self) -> dict[str, Player]:
        return {
            "low": Player([Group("low", [self.low])], steps=3),
            "high": Player([Group("high", [self.high])], steps=1, lr=0.5),
        }

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        self.turns.append((self.step, player, self.low.item(), self.high.item()))
        value = (self.low * self.high).sum()
        return {"value": value if player == "low" else -value}


class Duel(Toy):
    """The toy, and a critic who tells sketches from photos by its features: two optimizers with moments."""

    def __init__(self) -> None:
        super().__init__()
        self.critic = nn.Linear(self.map.out_features, 2)

    def players(self) -> dict[str, Player]:
        own = [each for name, each in self.named_parameters() if not name.startswith("critic")]
        return {
            "features": Player([Group("features", own)], steps=2),
            "critic": Player([Group("critic", list(self.critic.parameters()))], steps=1, optimizer="sgd", lr=0.1),
        }

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        if player == "critic":
            return {"told": cross_entropy(self.critic(self.features(batch.images).detach()), batch.modality)}
        fooled = -cross_entropy(self.critic(self.features(batch.images)), batch.modality)
        return super().losses(batch) | {"fooled": fooled}


class Still(Model):
    """Learns nothing, counts batches."""

    kind: ClassVar[str] = "unlabelled"
    small: ClassVar[Recipe] = Recipe(steps=3, batch=8)

    met: Tensor

    def __init__(self) -> None:
        super().__init__(size=SIDE)
        self.register_buffer("met", torch.zeros(()))

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        self.met += 1
        return {}


class Bulky(Toy):
    """The toy with a memory of a few megabytes, which every step changes: writing a checkpoint takes a while."""

    memory: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("memory", torch.zeros(1_500_000))

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        found = super().losses(batch, player)
        self.memory += found["classes"].detach()
        return found


class Spoilt(Toy):
    """From step `at` on its loss, or only its gradient, is no number."""

    def __init__(self, at: int, where: str = "loss") -> None:
        super().__init__()
        self.spoilt, self.where = at, where

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        found = super().losses(batch, player)
        if self.step < self.spoilt:
            return found
        if self.where == "loss":
            return found | {"size": found["size"] * torch.nan}
        zero = (self.map.weight.square().sum() * 0).sqrt()  # the root of 0: 0, and its slope is infinite
        return found | {"flat": zero}

"""What the models before CLIP share: they are built on a CNN, many of them on what a frozen one says, and most learn
from what is known of the classes.

A model on features takes pictures, which its frozen network looks at, or what that network said of them before:

    frozen = sb.features(bench, cnn)            # once, for all of them
    sb.fit(sb.models.LCALE(cnn), frozen)        # seconds
    sb.evaluate(model, bench)                   # or frozen: the same
"""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from sbirlib.models.contract import Classes, Model, Player, Recipe, modality_number

if TYPE_CHECKING:
    from sbirlib.data.batching.batch import Pairs, Triplets
    from sbirlib.encoders import Clip, Cnn


def refuse_others(model: Model, encoder: Any) -> None:
    """Stop where a model is given another encoder than a CNN."""
    if not hasattr(encoder, "maps"):
        given = type(encoder).__name__
        raise TypeError(f"{type(model).__name__} is built on a CNN, as sb.encoders.cnn() gives one; got {given}")


def described_classes(model: Model, classes: Classes) -> Tensor:
    """(C, d) what is known of the seen classes, as vectors; an error where nothing is."""
    if classes.vectors is None or not classes.vectors.shape[1]:
        raise ValueError(
            f"{type(model).__name__} learns from what is known of the classes, and nothing is known of these: give the "
            "benchmark a graph (sb.data.wordnet), or fit(classes=sb.models.Classes(..., vectors=...))"
        )
    return classes.vectors.float()


class OnFeatures(Model):
    """A model on the features of a frozen network, or of two: one for photos and one for `sketches`.

    Features are brought to the length sqrt(d), so that each number is about 1 whatever network they are from (ours)."""

    built_on: ClassVar[str] = "features"

    def __init__(self, encoder: Cnn | Clip, sketches: Cnn | Clip | None = None, **config: Any) -> None:
        others = [each for each in (encoder, sketches) if each is not None]
        for each in others:
            if not hasattr(each, "encode_images"):
                raise TypeError(
                    f"{type(self).__name__} is built on an image encoder, as sb.encoders.cnn() gives one; got "
                    f"{type(each).__name__}"
                )
        if len({(each.dim, each.size) for each in others}) > 1:
            raise ValueError(f"the two networks take pictures of one size and give {encoder.dim} features alike")
        starts = [each.digest for each in others]
        super().__init__(size=encoder.size, config={"encoder": encoder.name, "start": starts, **config})
        self.embedded = encoder.name.startswith("tiny")
        self.looking = nn.ModuleList(copy.deepcopy(each).requires_grad_(False) for each in others)
        self.dim = encoder.dim

    def train(self, mode: bool = True) -> OnFeatures:
        super().train(mode)
        self.looking.eval()
        return self

    def features(self, images: Tensor, modality: str) -> Tensor:
        """(n, d) of pictures (n, 3, s, s), or of features (n, d) that the same network has given."""
        number = modality_number(modality)
        if images.ndim == 2 and images.shape[1] != self.dim:
            raise ValueError(f"features of {self.dim} numbers were expected; got {images.shape[1]}")
        if images.ndim != 2:
            with torch.no_grad():
                look: Any = self.looking[number % len(self.looking)]
                images = look.encode_images(images)
        scaled: Tensor = normalize(images.float(), dim=1) * self.dim**0.5
        return scaled

    def both(self, batch: Pairs | Triplets) -> dict[str, Tensor]:
        """The features of a batch's photos, and of its sketches."""
        return {"photo": self.features(batch.photos, "photo"), "sketch": self.features(batch.sketches, "sketch")}


def layers(*widths: int, norm: bool = False, dropout: float = 0.0, slope: float = 0.0) -> nn.Sequential:
    """Linear layers of these widths with what stands between them: BatchNorm, a (leaky) ReLU, dropout.

    >>> [type(part).__name__ for part in layers(4, 8, 2, norm=True, dropout=0.5, slope=0.2)]
    ['Linear', 'BatchNorm1d', 'LeakyReLU', 'Dropout', 'Linear']
    """
    parts: list[nn.Module] = []
    for before, after in pairwise(widths[:-1]):
        parts.append(nn.Linear(before, after))
        parts += [nn.BatchNorm1d(after)] if norm else []
        parts.append(nn.LeakyReLU(slope) if slope else nn.ReLU())
        parts += [nn.Dropout(dropout)] if dropout else []
    return nn.Sequential(*parts, nn.Linear(widths[-2], widths[-1]))


class FrozenCNN(OnFeatures):
    """The features as they are. `fit` has nothing to do."""

    kind: ClassVar[str] = "none"
    paper: ClassVar[Recipe] = Recipe(steps=0)
    small: ClassVar[Recipe] = Recipe(steps=0)

    def players(self) -> dict[str, Player]:
        return {}

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return normalize(self.features(images, modality), dim=1)

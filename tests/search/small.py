"""A model whose nearest pictures are known: a grey is an angle, and the nearer the grey, the nearer the vector."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib.models.contract import Model
from sbirlib.search.engine import Item


class Greys(Model):
    """Grey g is (cos a, sin a) with a = g / 200 + shift; a text is the grey that it names."""

    def __init__(self, shift: float = 0.0) -> None:
        super().__init__(size=16)
        self.shift = torch.nn.Parameter(torch.tensor(shift))

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return self.angle(images.float().mean((1, 2, 3)))

    def embed_text(self, texts: list[str]) -> Tensor:
        return self.angle(torch.tensor([float(text.split()[-1]) for text in texts]))

    def angle(self, greys: Tensor) -> Tensor:
        a = greys / 200 + self.shift
        return torch.stack([a.cos(), a.sin()], dim=1)


class Silent(Greys):
    """The same without words."""

    embed_text = None  # type: ignore[assignment]


def grey_vector(grey: float) -> Tensor:
    return torch.tensor([math.cos(grey / 200), math.sin(grey / 200)])


def units(n: int, dim: int, seed: int = 0) -> Tensor:
    return normalize(torch.randn(n, dim, generator=torch.Generator().manual_seed(seed)), dim=1)


def items(n: int, start: int = 0) -> list[Item]:
    return [Item(f"key/{row}", {"row": row}) for row in range(start, start + n)]

"""An image tower that has weights, and a fresh text tower tuned to it: LiT (Zhai et al., CVPR 2022).

What is there for who has real pictures and the weights of some image network, but of no CLIP.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from open_clip.transformer import TextTransformer
from torch import Tensor, nn

from sbirlib.encoders.clip import Clip
from sbirlib.encoders.cnn import Cnn
from sbirlib.encoders.freezing import seeded
from sbirlib.encoders.tokens import whole_and_patches
from sbirlib.encoders.vocabulary import Vocabulary, split

CONTEXT = 16
"""The least number of tokens a text may have, start and end among them."""


class ProjectedTower(nn.Module):
    """A trunk's features through a linear layer; a locked trunk stays in eval mode and has no gradient."""

    def __init__(self, trunk: nn.Module, before: int, after: int, locked: bool) -> None:
        super().__init__()
        self.trunk = trunk
        self.proj = nn.Linear(before, after)
        self.locked = locked

    def forward(self, x: Tensor) -> Tensor:
        """Normalised pictures (n, 3, s, s) to features (n, dim)."""
        if self.locked:
            with torch.no_grad():
                features = self.trunk(x)
        else:
            features = self.trunk(x)
        projected: Tensor = self.proj(features)
        return projected

    def whole_and_patches(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, dim), and the trunk's own tokens (n, places, width), before the projection."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.locked):
            features, tokens = whole_and_patches(self.trunk, x)
        return self.proj(features), tokens

    def train(self, mode: bool = True) -> ProjectedTower:
        super().train(mode)
        if self.locked:
            self.trunk.eval()
        return self


class Pair(nn.Module):
    """What `Clip` expects of a model: visual, text, logit_scale, encode_text."""

    def __init__(self, visual: ProjectedTower, text: TextTransformer) -> None:
        super().__init__()
        self.visual = visual
        self.text = text
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def encode_text(self, ids: Tensor) -> Tensor:
        """Ids (n, context) to features (n, dim)."""
        features: Tensor = self.text(ids)
        return features


def pair(
    images: Cnn | Clip,
    texts: Sequence[str],
    *,
    dim: int = 128,
    layers: int = 2,
    width: int = 128,
    locked: bool = True,
    seed: int = 0,
) -> Clip:
    """A Clip of an image tower that has weights (shared, not copied) and a new text tower that knows `texts`' words.

    `texts`: all sentences it is to be tuned and asked with, prompts and class names among them; other words are
    unknown to it. `locked`: the image trunk keeps its weights, and only the projection on it learns.
    """
    if isinstance(texts, str) or not (words := [len(split(text)) for text in texts]):
        raise ValueError(f"a list of the texts that the new tower is to know is expected; got {texts!r:.80}")
    vocabulary = Vocabulary.of(texts, context=max(CONTEXT, max(words) + 2))
    trunk = images.visual.requires_grad_(not locked)
    with torch.inference_mode(False), seeded(seed):
        visual = ProjectedTower(trunk, images.dim, dim, locked)
        text = TextTransformer(
            context_length=vocabulary.context,
            vocab_size=len(vocabulary),
            width=width,
            heads=max(1, width // 32),
            layers=layers,
            output_dim=dim,
        )
        model = Pair(visual, text)
    first = next(trunk.parameters())
    return Clip(
        model.to(first.device),
        name=f"{images.name} with a text tower",
        dim=dim,
        preprocess=images.preprocess,
        tokenizer=vocabulary,
        config={"pair": images.name, "words": list(vocabulary.words)},
        seen=images.seen,
        card=images.card,
    )

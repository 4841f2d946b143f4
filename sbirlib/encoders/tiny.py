"""Encoders small enough to travel with the book: a CLIP of two million parameters, and a CNN that names photos.

- `TinyTower`   a small ResNet turns 48 pixels into 3 x 3 patch tokens; one of open_clip's transformer blocks follows
- `tiny_clip`   open_clip's own CLIP class, with a small text tower and `TinyTower` as its `visual`
- `TinyCnn`     a residual network with squeeze-and-excitation

The convolutions are for the data: from the same computing they learn two to three times as fast as a network whose
later half is a transformer. The transformer is for the book: class token, patch tokens, learned prompts and layer
norms are all as in the real CLIP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import open_clip
import torch
from open_clip.transformer import LayerNorm, Transformer
from torch import Tensor, nn
from torch.nn.functional import relu

WORDS = 0.3
"""The spread of words' vectors at the start. CLIP's .02 is for captions that differ in more than one word."""


class Squeeze(nn.Module):
    """Squeeze-and-excitation (Hu et al., CVPR 2018): each channel's scale is worked out from all channels' means.

    s = sigmoid(W2 relu(W1 mean(x)))
    """

    def __init__(self, channels: int, reduction: int = 8) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, channels)

    def scale(self, means: Tensor) -> Tensor:
        """(n, channels) means to (n, channels) scales between 0 and 1: what a variant overrides."""
        return torch.sigmoid(self.fc2(relu(self.fc1(means))))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale(x.mean((2, 3)))[:, :, None, None]


class Block(nn.Module):
    """Two 3x3 convolutions around a shortcut; `squeeze` makes the module that rescales the second one's channels."""

    def __init__(self, before: int, after: int, stride: int, squeeze: Callable[[int], nn.Module] | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.squeeze = nn.Identity() if squeeze is None else squeeze(after)
        same = before == after and stride == 1
        self.shortcut: nn.Module = (
            nn.Identity()
            if same
            else nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))
        )

    def forward(self, x: Tensor) -> Tensor:
        y = relu(self.bn1(self.conv1(x)))
        return relu(self.squeeze(self.bn2(self.conv2(y))) + self.shortcut(x))


def halved(before: int, after: int) -> nn.Sequential:
    """A convolution to half the side."""
    return nn.Sequential(nn.Conv2d(before, after, 3, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())


@dataclass(frozen=True)
class TinyConfig:
    """What a tiny CLIP is built from. `asdict` gives what JSON can hold, `of` takes it back.

    >>> from dataclasses import asdict
    >>> TinyConfig.of(asdict(TinyConfig(vocabulary=600))) == TinyConfig(vocabulary=600)
    True
    """

    vocabulary: int
    """How many ids the tokenizer has: `len(vocabulary)`."""
    context: int = 16
    """Tokens a text, start and end among them."""
    dim: int = 128
    """Features that pictures and texts share."""
    size: int = 48
    """Pixels a side."""
    channels: tuple[int, int, int] = (32, 64, 128)
    """After each halving of the side; after the fourth one there are `width`."""
    width: int = 192
    layers: int = 1
    heads: int = 6
    text_width: int = 128
    text_layers: int = 2
    text_heads: int = 4

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> TinyConfig:
        return cls(**{**stored, "channels": tuple(stored["channels"])})


class TinyTower(nn.Module):
    """A convolutional stem, a class token, positions, transformer blocks: photos or sketches in, features out.

    What CLIP's ViT has under the same names: `class_embedding`, `positional_embedding`, `ln_pre`, `transformer`,
    `ln_post`, `proj`.

    >>> TinyTower(TinyConfig(vocabulary=600))(torch.zeros(2, 3, 48, 48)).shape
    torch.Size([2, 128])
    """

    def __init__(self, config: TinyConfig) -> None:
        super().__init__()
        c, width = config.channels, config.width
        self.image_size = (config.size, config.size)
        self.stem = nn.Sequential(
            halved(3, c[0]),
            halved(c[0], c[1]), Block(c[1], c[1], 1),
            halved(c[1], c[2]), Block(c[2], c[2], 1),
            halved(c[2], width), Block(width, width, 1),
        )  # fmt: skip
        self.count = (config.size // 16) ** 2
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.positional_embedding = nn.Parameter(0.2 * torch.randn(1 + self.count, width))
        self.ln_pre = LayerNorm(width)
        self.transformer = Transformer(width, config.layers, config.heads, batch_first=True)
        with torch.no_grad():  # the blocks begin as nearly nothing, and the convolutions learn from the first step on
            for block in self.transformer.resblocks:
                for last in (block.attn.out_proj, block.mlp.c_proj):
                    last.weight.mul_(0.1)
        self.ln_post = LayerNorm(width)
        self.proj = nn.Parameter(width**-0.5 * torch.randn(width, config.dim))

    def sequence(self, images: Tensor) -> Tensor:
        """Class token first, then the patches' (n, 1 + patches, width), after the last norm.

        Whatever a hook appends to the transformer's input comes after them.
        """
        x = self.stem(images).flatten(2).transpose(1, 2)
        # CLIP's class token is the same for every picture and learns what to look at; ours starts from the patches'
        # mean, which is learnt from sooner
        x = torch.cat([self.class_embedding + x.mean(1, keepdim=True), x], dim=1) + self.positional_embedding
        after: Tensor = self.ln_post(self.transformer(self.ln_pre(x)))
        return after

    def whole_and_patches(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, dim) and the patches' tokens (n, patches, width), row by row."""
        after = self.sequence(images)
        return after[:, 0] @ self.proj, after[:, 1 : 1 + self.count]

    def forward(self, images: Tensor) -> Tensor:
        """Features (n, dim), of any length, of images (n, 3, size, size) already normalised."""
        return self.whole_and_patches(images)[0]


def tiny_clip(config: TinyConfig) -> open_clip.CLIP:
    """open_clip's CLIP with these towers, at random weights: `encode_image`, `encode_text`, `logit_scale`."""
    text = {
        "context_length": config.context,
        "vocab_size": config.vocabulary,
        "width": config.text_width,
        "heads": config.text_heads,
        "layers": config.text_layers,
    }
    # CLIP builds a picture tower itself; the smallest one, which is then replaced
    least = {"image_size": 8, "patch_size": 8, "width": 8, "head_width": 8, "layers": 1}
    model = open_clip.CLIP(config.dim, least, text)
    nn.init.normal_(model.token_embedding.weight, std=WORDS)
    model.visual = TinyTower(config)
    return model


class TinyCnn(nn.Module):
    """A classifier of 48-pixel pictures: 6 x 6 maps of 192 channels, their mean, and a linear layer.

    >>> TinyCnn(classes=53)(torch.zeros(2, 3, 48, 48)).shape
    torch.Size([2, 53])
    """

    def __init__(self, classes: int, squeeze: Callable[[int], nn.Module] = Squeeze) -> None:
        super().__init__()
        self.body = nn.Sequential(
            halved(3, 32),
            Block(32, 64, 2, squeeze),
            Block(64, 128, 2, squeeze),
            Block(128, 128, 1, squeeze),
            Block(128, 192, 1, squeeze),
        )
        self.classifier = nn.Linear(192, classes)

    def maps(self, images: Tensor) -> Tensor:
        """What is where: (n, 192, size / 8, size / 8)."""
        found: Tensor = self.body(images)
        return found

    def features(self, images: Tensor) -> Tensor:
        """What there is: (n, 192)."""
        return self.maps(images).mean((2, 3))

    def forward(self, images: Tensor) -> Tensor:
        """Scores (n, classes)."""
        scores: Tensor = self.classifier(self.features(images))
        return scores

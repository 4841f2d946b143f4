"""Pixels as an encoder wants them: its size, its interpolation, its mean and standard deviation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2.functional import center_crop, resize

WAYS = {"bicubic": InterpolationMode.BICUBIC, "bilinear": InterpolationMode.BILINEAR}
MARGIN = 0.1
"""How far floats may leave 0..1: a bicubic resize overshoots by so much, 0..255 and normalised pictures by more."""


@dataclass(frozen=True)
class Preprocess:
    """What CLIP's validation transform does, on a batch and on its device; floats pass gradients.

    images (n, 3, h, w), uint8 0..255 or floats 0..1 -> (n, 3, size, size), (x - mean) / std

    >>> Preprocess(2, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))(torch.full((1, 3, 2, 2), 255, dtype=torch.uint8)).unique()
    tensor([1.])
    """

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str = "bicubic"
    resize: str = "shortest"
    """`shortest`: the short side to `size`, then the centre; `squash`: both sides to `size`, as SigLIP does."""

    def __post_init__(self) -> None:
        if self.interpolation not in WAYS:
            raise ValueError(f"interpolation is one of {', '.join(WAYS)}; got {self.interpolation!r}")
        if self.resize not in ("shortest", "squash"):
            raise ValueError(f"resize is shortest or squash; got {self.resize!r}")
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:
            raise ValueError(f"mean and std are three numbers each, std above 0; got {self.mean} and {self.std}")

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Preprocess:
        """From open_clip's `preprocess_cfg`, which must name size, mean and std: a default would be a guess."""
        missing = [key for key in ("size", "mean", "std") if config.get(key) is None]
        if missing:
            raise ValueError(f"a preprocess_cfg names size, mean and std; this one lacks {', '.join(missing)}")
        if config.get("mode", "RGB") != "RGB":
            raise ValueError(f"pictures are RGB here; the preprocess_cfg says {config['mode']!r}")
        sides = set(config["size"]) if isinstance(config["size"], list | tuple) else {config["size"]}
        if len(sides) != 1:
            raise ValueError(f"pictures are square here; the preprocess_cfg says {config['size']}")
        mean, std = (tuple(v) if isinstance(v, list | tuple) else (v,) * 3 for v in (config["mean"], config["std"]))
        way = config.get("interpolation") or "bicubic"
        # open_clip's "random" is for training; its validation takes bicubic then
        way = "bicubic" if way == "random" else way
        return cls(int(sides.pop()), mean, std, way, config.get("resize_mode") or "shortest")

    def config(self) -> dict[str, Any]:
        """As open_clip's `preprocess_cfg`, for JSON."""
        return {
            "size": self.size,
            "mode": "RGB",
            "mean": list(self.mean),
            "std": list(self.std),
            "interpolation": self.interpolation,
            "resize_mode": self.resize,
        }

    def __call__(self, images: Tensor) -> Tensor:
        x = to_unit(self.fit(images))
        mean, std = (torch.tensor(v, device=x.device)[:, None, None] for v in (self.mean, self.std))
        return (x - mean) / std

    def fit(self, images: Tensor) -> Tensor:
        """To (n, 3, size, size), in the same numbers; untouched where the size is right already."""
        check(images)
        if images.shape[-2:] == (self.size, self.size):
            return images
        target = [self.size] if self.resize == "shortest" else [self.size, self.size]
        resized: Tensor = center_crop(resize(images, target, WAYS[self.interpolation], antialias=True), [self.size])
        # bicubic overshoots: uint8 is clipped by its type, floats here
        return resized.clamp(0, 1) if resized.is_floating_point() else resized


def to_unit(images: Tensor) -> Tensor:
    """float32 0..1, whatever came."""
    return images.float() if images.is_floating_point() else images.float() / 255


def check(images: Tensor) -> None:
    """One clear error for what is no batch of pictures."""
    expected = "images are (n, 3, h, w), uint8 0..255 or floats 0..1"
    if not isinstance(images, Tensor):
        raise TypeError(f"{expected}; got {type(images).__name__}")
    if images.ndim != 4 or images.shape[1] != 3 or 0 in images.shape[2:]:
        raise ValueError(f"{expected}; got {tuple(images.shape)}")
    if images.dtype == torch.uint8:
        return
    if not images.is_floating_point():
        raise ValueError(f"{expected}; got {images.dtype}")
    if images.numel():
        low, high = torch.stack(images.detach().aminmax()).tolist()
        if not (low >= -MARGIN and high <= 1 + MARGIN):  # so written that a NaN is refused too
            raise ValueError(f"{expected}; got floats from {low:.3g} to {high:.3g}")

"""Architectures of open_clip's in miniature, made known to it by name, and pictures to feed them."""

from __future__ import annotations

import json
from pathlib import Path

import open_clip
import torch
from torch import Tensor

TEXT = {"context_length": 12, "vocab_size": 49408, "width": 8, "heads": 2, "layers": 1}
VIT = {"image_size": 32, "patch_size": 8, "width": 64, "head_width": 32, "layers": 2}
CONFIGS = {
    "small-vit": {"embed_dim": 16, "vision_cfg": VIT, "text_cfg": TEXT},
    "small-custom": {
        "embed_dim": 16,
        "custom_text": True,
        "vision_cfg": {**VIT, "pool_type": "avg", "final_ln_after_pool": True},
        "text_cfg": {**TEXT, "pool_type": "eos", "eos_id": 49407},
    },
    "small-rn": {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, "head_width": 64},
        "text_cfg": TEXT,
    },
}


def register(folder: Path) -> None:
    for name, config in CONFIGS.items():
        (folder / f"{name}.json").write_text(json.dumps(config))
    open_clip.add_model_config(folder)


def pictures(count: int = 3, size: int = 32) -> Tensor:
    """Noise, the same each time."""
    generator = torch.Generator().manual_seed(count * 1000 + size)
    return torch.randint(0, 256, (count, 3, size, size), dtype=torch.uint8, generator=generator)

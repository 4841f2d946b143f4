"""Patch tokens of an image tower, and its features beside them: what it says about each place, and of the whole."""

from __future__ import annotations

from open_clip.timm_model import TimmModel
from open_clip.transformer import VisionTransformer
from torch import Tensor, nn


def whole_and_patches(tower: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Features (n, d) and patch tokens (n, patches, width), row by row, of normalised pictures x (n, 3, h, w), in one
    pass where the tower allows it; an error where a tower has no tokens.

    A tower's own `whole_and_patches(x)` is used where it has one. Learned prompts take part, and are not among the
    tokens.
    """
    features: Tensor
    found: Tensor
    if callable(own := getattr(tower, "whole_and_patches", None)):
        features, found = own(x)
        return features, found
    if isinstance(tower, VisionTransformer) and tower.attn_pool is None and tower.pool_type in ("tok", "avg"):
        # not forward_intermediates: it goes round the hooks that add prompts
        before, tower.output_tokens = tower.output_tokens, True
        try:
            features, found = tower(x)
        finally:
            tower.output_tokens = before
        # where the norm comes after pooling the tower leaves tokens without it
        if tower.final_ln_after_pool:
            found = tower.ln_post(found)
        return features, found
    if isinstance(tower, VisionTransformer) or (isinstance(tower, TimmModel) and hasattr(tower.trunk, "patch_embed")):
        norm = not isinstance(tower, VisionTransformer)  # here ln_post is of the pooled features' width
        got = tower.forward_intermediates(
            x, indices=1, normalize_intermediates=norm, intermediates_only=True, output_fmt="NLC"
        )
        return tower(x), got["image_intermediates"][-1]
    raise ValueError(f"a {type(tower).__name__} has no patch tokens; a vision transformer has")

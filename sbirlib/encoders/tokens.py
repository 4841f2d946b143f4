"""Patch tokens of an image tower: what it says about each place of a picture."""

from __future__ import annotations

from open_clip.timm_model import TimmModel
from open_clip.transformer import VisionTransformer
from torch import Tensor, nn


def patch_tokens(tower: nn.Module, x: Tensor) -> Tensor:
    """(n, patches, width), row by row, of normalised pictures x (n, 3, h, w); an error where a tower has none.

    A tower's own `tokens(x)` is used where it has one. Learned prompts take part, and are not among the tokens.
    """
    if callable(own := getattr(tower, "tokens", None)):
        found: Tensor = own(x)
        return found
    if isinstance(tower, VisionTransformer) and tower.attn_pool is None and tower.pool_type in ("tok", "avg"):
        # not forward_intermediates: it goes round the hooks that add prompts
        before, tower.output_tokens = tower.output_tokens, True
        try:
            _, found = tower(x)
        finally:
            tower.output_tokens = before
        # where the norm comes after pooling the tower leaves tokens without it
        if tower.final_ln_after_pool:
            found = tower.ln_post(found)
        return found
    if isinstance(tower, VisionTransformer) or (isinstance(tower, TimmModel) and hasattr(tower.trunk, "patch_embed")):
        norm = not isinstance(tower, VisionTransformer)  # here ln_post is of the pooled features' width
        got = tower.forward_intermediates(
            x, indices=1, normalize_intermediates=norm, intermediates_only=True, output_fmt="NLC"
        )
        found = got["image_intermediates"][-1]
        return found
    raise ValueError(f"a {type(tower).__name__} has no patch tokens; a vision transformer has")

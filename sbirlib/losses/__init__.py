"""Losses as pure functions: tensors in, a scalar out.

- `clip_loss()`   images and texts (or sketches and photos) that belong together, against all others of the batch
- `triplet()`     a sketch nearer to its photo than to another one, by a margin
"""

from sbirlib.losses.contrastive import clip_loss, contrast
from sbirlib.losses.margins import triplet

__all__ = ["clip_loss", "contrast", "triplet"]

"""Losses as pure functions: tensors in, a scalar out.

- `clip_loss()`    images and texts that belong together, against all others of the batch
- `both_ways()`    sketches and photos that belong together, by class or one by one
- `triplet()`      a sketch nearer to its photo than to another one, by a margin
- `semantic_loss()`, `reconstruction_loss()`, `modality_loss()`, `elementwise_overlap()`, `squared_cosine()`
                   what MA-SBIR parts content and modality by
"""

from sbirlib.losses.contrastive import both_ways, clip_loss, contrast
from sbirlib.losses.disentangling import (
    elementwise_overlap,
    modality_loss,
    reconstruction_loss,
    semantic_loss,
    shared_centres,
    squared_cosine,
)
from sbirlib.losses.margins import triplet

__all__ = [
    "both_ways",
    "clip_loss",
    "contrast",
    "elementwise_overlap",
    "modality_loss",
    "reconstruction_loss",
    "semantic_loss",
    "shared_centres",
    "squared_cosine",
    "triplet",
]

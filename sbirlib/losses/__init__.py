"""Losses as pure functions: tensors in, a scalar out.

- `clip_loss()`    images and texts that belong together, against all others of the batch
- `both_ways()`    sketches and photos that belong together, by class or one by one
- `triplet()`      a sketch nearer to its photo than to another one, by a margin
- `semantic_loss()`, `reconstruction_loss()`, `modality_loss()`, `elementwise_overlap()`, `squared_cosine()`
                   what MA-SBIR parts content and modality by
- `reverse()`, `domain_loss()`, `fooling()`, `discerning()`   games against a judge; `ramp()` lets one set in
- `preserving()`   the answers of a frozen teacher, on photos
- `divergence()`, `transport()`   between Gaussians; `drawn()` draws from them
- `meaning_loss()`, `columns_used()`   against classes' vectors, and what is read of these
"""

from sbirlib.losses.adversarial import discerning, domain_loss, fooling, ramp, reverse
from sbirlib.losses.contrastive import both_ways, clip_loss, contrast
from sbirlib.losses.disentangling import (
    elementwise_overlap,
    modality_loss,
    reconstruction_loss,
    semantic_loss,
    shared_centres,
    squared_cosine,
)
from sbirlib.losses.distilling import preserving, soft_cross_entropy
from sbirlib.losses.margins import triplet
from sbirlib.losses.semantic import columns_used, meaning_loss
from sbirlib.losses.variational import divergence, drawn, transport

__all__ = [
    "both_ways",
    "clip_loss",
    "columns_used",
    "contrast",
    "discerning",
    "divergence",
    "domain_loss",
    "drawn",
    "elementwise_overlap",
    "fooling",
    "meaning_loss",
    "modality_loss",
    "preserving",
    "ramp",
    "reconstruction_loss",
    "reverse",
    "semantic_loss",
    "shared_centres",
    "soft_cross_entropy",
    "squared_cosine",
    "transport",
    "triplet",
]

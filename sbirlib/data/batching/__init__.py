"""What a model takes in one step, drawn from what may be learnt from.

- `batches()`     the kind of batches that a model asks for, by its name
- `Captioned`     sketches and photos, unpaired and mixed, each with its text
- `Triplets`      a sketch, a photo of its class, a photo of another (random, or of a similar class)
- `Pairs`         a sketch and the very photo it was drawn from
- `Unlabelled`    sketches and photos, unpaired, and nothing else
- `Nothing`       a count and a seed, for models that make their data up
"""

from __future__ import annotations

from sbirlib.data.batching.batch import PHOTO, SKETCH, Batch, Captioned, Nothing, Pairs, Triplets, Unlabelled
from sbirlib.data.batching.build import DIALS, batches
from sbirlib.data.batching.drawn import Batches

__all__ = [
    "DIALS",
    "PHOTO",
    "SKETCH",
    "Batch",
    "Batches",
    "Captioned",
    "Nothing",
    "Pairs",
    "Triplets",
    "Unlabelled",
    "batches",
]

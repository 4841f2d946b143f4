"""What the models learn from and are measured on.

- `load()`        a benchmark by name: the drawn world, a real one from disk, any folder of yours
- `Benchmark`     classes, seen and unseen, and an `ImageSet` of sketches and of photos: the one shape all data takes
- `world`         the drawn world: classes as part programs, drawn as photos and as sketches
- `batches()`     what a model takes in one step: captioned, triplet, paired, unlabelled
- `read_sketch()` somebody's own drawing as a model takes it; `read_photo()`, `draw_strokes()` likewise
- `wordnet()`     what WordNet knows of class names, where its files are installed
- `split()`       the field's class lists by name, with source and digest
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sbirlib.data.splits import SPLITS, Split, sketchy_classes, split

if TYPE_CHECKING:
    from sbirlib.data import world
    from sbirlib.data.batching import Batches, Captioned, Nothing, Pairs, Triplets, Unlabelled, batches
    from sbirlib.data.benchmark import Benchmark
    from sbirlib.data.imageset import ImageSet
    from sbirlib.data.items import Items
    from sbirlib.data.lexicon import wordnet
    from sbirlib.data.loading import load
    from sbirlib.data.reading import draw_strokes, read_photo, read_sketch
    from sbirlib.data.simulation import Simulated, simulated

__all__ = [
    "SPLITS",
    "Batches",
    "Benchmark",
    "Captioned",
    "ImageSet",
    "Items",
    "Nothing",
    "Pairs",
    "Simulated",
    "Split",
    "Triplets",
    "Unlabelled",
    "batches",
    "draw_strokes",
    "load",
    "read_photo",
    "read_sketch",
    "simulated",
    "sketchy_classes",
    "split",
    "wordnet",
    "world",
]


# where these come from: they need torch, which the class lists do not
LAZY = {
    "Batches": "batching",
    "Benchmark": "benchmark",
    "Captioned": "batching",
    "ImageSet": "imageset",
    "Items": "items",
    "Nothing": "batching",
    "Pairs": "batching",
    "Simulated": "simulation",
    "Triplets": "batching",
    "Unlabelled": "batching",
    "batches": "batching",
    "draw_strokes": "reading",
    "load": "loading",
    "read_photo": "reading",
    "read_sketch": "reading",
    "simulated": "simulation",
    "wordnet": "lexicon",
}


def __getattr__(name: str) -> Any:
    if name == "world":
        return importlib.import_module("sbirlib.data.world")
    if name in LAZY:
        return getattr(importlib.import_module(f"sbirlib.data.{LAZY[name]}"), name)
    raise AttributeError(f"sbirlib.data has {', '.join(__all__)}; got {name!r}")

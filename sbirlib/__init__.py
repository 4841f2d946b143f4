"""The small library behind an open research book on sketch-based image retrieval.

    import sbirlib as sb

Rooms are loaded when they are first used, so that importing the package costs milliseconds.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # type checkers and editors see what __getattr__ loads
    from sbirlib import (
        data,
        embedding,
        encoders,
        losses,
        metrics,
        models,
        pad,
        plots,
        protocols,
        published,
        runs,
        search,
        training,
    )
    from sbirlib.data import load
    from sbirlib.embedding import embed, features
    from sbirlib.evaluation import evaluate
    from sbirlib.pad import Pad
    from sbirlib.search import Gallery
    from sbirlib.training import fit

__version__ = "0.1.0"

ROOMS = (
    "data",
    "embedding",
    "encoders",
    "losses",
    "metrics",
    "models",
    "pad",
    "plots",
    "protocols",
    "published",
    "runs",
    "search",
    "training",
)

# what the front door offers by itself, and the room it lives in
FRONT = {
    "load": "data",
    "embed": "embedding",
    "features": "embedding",
    "evaluate": "evaluation",
    "fit": "training",
    "Gallery": "search",
    "Pad": "pad",
}

__all__ = [
    "FRONT",
    "ROOMS",
    "Gallery",
    "Pad",
    "__version__",
    "data",
    "embed",
    "embedding",
    "encoders",
    "evaluate",
    "features",
    "fit",
    "load",
    "losses",
    "metrics",
    "models",
    "pad",
    "plots",
    "protocols",
    "published",
    "runs",
    "search",
    "training",
]


def __getattr__(name: str) -> Any:
    if name in ROOMS:
        return importlib.import_module(f"sbirlib.{name}")
    if name in FRONT:
        return getattr(importlib.import_module(f"sbirlib.{FRONT[name]}"), name)
    raise AttributeError(f"sbirlib has no {name!r}; it has {', '.join(FRONT)} and the rooms {', '.join(ROOMS)}")


def __dir__() -> list[str]:
    return sorted(__all__)


if "SBIR_READS" in os.environ:  # a chapter is being executed for the book: note what it reads, from here on
    importlib.import_module("sbirlib.runs.reads").watch(os.environ["SBIR_READS"])

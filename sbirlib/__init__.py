"""The small library behind an open research book on sketch-based image retrieval.

    import sbirlib as sb

Rooms are loaded when they are first used, so that importing the package costs milliseconds.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # type checkers and editors see what __getattr__ loads
    from sbirlib import metrics, plots, published, runs

__version__ = "0.1.0"

ROOMS = ("metrics", "plots", "published", "runs")

__all__ = ["ROOMS", "__version__", "metrics", "plots", "published", "runs"]


def __getattr__(name: str) -> ModuleType:
    if name in ROOMS:
        return importlib.import_module(f"sbirlib.{name}")
    raise AttributeError(f"sbirlib has no {name!r}; its rooms are: {', '.join(ROOMS)}")


def __dir__() -> list[str]:
    return sorted(__all__)


if "SBIR_READS" in os.environ:  # a chapter is being executed for the book: note what it reads, from here on
    importlib.import_module("sbirlib.runs.reads").watch(os.environ["SBIR_READS"])

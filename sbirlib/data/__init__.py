"""What the models learn from and are measured on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sbirlib.data.splits import SPLITS, Split, sketchy_classes, split

if TYPE_CHECKING:
    from sbirlib.data.items import Items
    from sbirlib.data.simulation import Simulated, simulated

__all__ = ["SPLITS", "Items", "Simulated", "Split", "simulated", "sketchy_classes", "split"]


# where these come from: they need torch, which the class lists do not
LAZY = {"Items": "items", "Simulated": "simulation", "simulated": "simulation"}


def __getattr__(name: str) -> Any:
    if name in LAZY:
        return getattr(importlib.import_module(f"sbirlib.data.{LAZY[name]}"), name)
    raise AttributeError(f"sbirlib.data has {', '.join(__all__)}; got {name!r}")

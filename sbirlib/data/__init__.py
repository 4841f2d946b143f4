"""What the models learn from and are measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sbirlib.data.splits import SPLITS, Split, sketchy_classes, split

if TYPE_CHECKING:
    from sbirlib.data.items import Items
    from sbirlib.data.simulation import Simulated, simulated

__all__ = ["SPLITS", "Items", "Simulated", "Split", "simulated", "sketchy_classes", "split"]


def __getattr__(name: str) -> Any:
    if name == "Items":  # these need torch, the class lists do not
        from sbirlib.data.items import Items

        return Items
    if name in ("Simulated", "simulated"):
        from sbirlib.data.simulation import Simulated, simulated

        return {"Simulated": Simulated, "simulated": simulated}[name]
    raise AttributeError(f"sbirlib.data has {', '.join(__all__)}; got {name!r}")

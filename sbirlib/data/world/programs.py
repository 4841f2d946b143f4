"""The families' programs by name."""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world import animals, buildings, craft, furniture, vehicles

PROGRAMS: dict[str, Callable[..., None]] = {
    "quadruped": animals.quadruped,
    "road": vehicles.road,
    "engine": vehicles.engine,
    "cycle": vehicles.cycle,
    "aircraft": craft.aircraft,
    "balloon": craft.balloon,
    "boat": craft.boat,
    "house": buildings.house,
    "castle": buildings.castle,
    "tower": buildings.tower,
    "shelter": buildings.shelter,
    "seat": furniture.seat,
    "table": furniture.table,
    "cupboard": furniture.cupboard,
    "lamp": furniture.lamp,
}

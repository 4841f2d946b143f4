"""The families' programs by name."""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world import animals, boats, buildings, craft, cycles, furniture, seats, towers, vehicles

PROGRAMS: dict[str, Callable[..., None]] = {
    "quadruped": animals.quadruped,
    "road": vehicles.road,
    "engine": vehicles.engine,
    "cycle": cycles.cycle,
    "aircraft": craft.aircraft,
    "balloon": craft.balloon,
    "boat": boats.boat,
    "house": buildings.house,
    "castle": buildings.castle,
    "tower": towers.tower,
    "shelter": buildings.shelter,
    "seat": seats.seat,
    "table": furniture.table,
    "cupboard": furniture.cupboard,
    "lamp": furniture.lamp,
}

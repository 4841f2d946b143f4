"""The families' programs by name."""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world import (
    animals,
    boats,
    buildings,
    clothes,
    craft,
    cycles,
    furniture,
    instruments,
    rings,
    seats,
    things,
    tools,
    towers,
    vehicles,
    vessels,
)

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
    "hafted": tools.hafted,
    "scissors": rings.scissors,
    "key": rings.key,
    "vessel": vessels.vessel,
    "garment": clothes.garment,
    "footwear": clothes.footwear,
    "hat": clothes.hat,
    "stringed": instruments.stringed,
    "harp": instruments.harp,
    "trumpet": instruments.trumpet,
    "drum": instruments.drum,
    "eyeglasses": things.eyeglasses,
    "clock": things.clock,
    "ladder": things.ladder,
    "envelope": things.envelope,
    "bulb": things.bulb,
}

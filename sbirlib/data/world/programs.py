"""The families' programs by name."""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world import animals, clothes, instruments, rings, things, tools, vessels

PROGRAMS: dict[str, Callable[..., None]] = {
    "quadruped": animals.quadruped,
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

"""A photo of a figure: coloured, textured, lit from somewhere, with its shadow, in surroundings, through a lens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np

from sbirlib.data.raster import Array
from sbirlib.data.world.figure import Placed
from sbirlib.data.world.painting import (
    BRICKS,
    CHECKED,
    GRAINED,
    PATCHED,
    PLAIN,
    SCALY,
    SPOTTED,
    STRIPED,
    THING,
    paint,
)
from sbirlib.data.world.scenes import Colour, blend, jitter, surroundings

COLOURS: dict[str, Colour] = {
    "red": (0.78, 0.16, 0.14),
    "orange": (0.9, 0.48, 0.12),
    "yellow": (0.92, 0.78, 0.2),
    "green": (0.24, 0.55, 0.24),
    "teal": (0.12, 0.55, 0.55),
    "blue": (0.18, 0.34, 0.72),
    "purple": (0.46, 0.24, 0.6),
    "pink": (0.9, 0.55, 0.66),
    "brown": (0.47, 0.31, 0.18),
    "grey": (0.52, 0.53, 0.55),
    "white": (0.9, 0.89, 0.86),
    "black": (0.16, 0.15, 0.17),
}
# what looks the same on everything: wheels are dark and panes are light whatever they belong to
FIXED: dict[str, Colour] = {
    "dark": (0.13, 0.12, 0.13),
    "light": (0.93, 0.9, 0.84),
    "glass": (0.62, 0.78, 0.86),
    "metal": (0.62, 0.64, 0.68),
    "wood": (0.5, 0.34, 0.2),
    "glow": (1.0, 0.9, 0.55),
}
PATTERNS = {
    "plain": PLAIN,
    "striped": STRIPED,
    "spotted": SPOTTED,
    "patched": PATCHED,
    "checked": CHECKED,
    "scaly": SCALY,
    "grainy": GRAINED,
    "brick": BRICKS,
}
GRAINS = {PLAIN: 1.0, STRIPED: 5.0, SPOTTED: 6.5, PATCHED: 5.0, CHECKED: 7.0, SCALY: 11.0, GRAINED: 9.0, BRICKS: 9.0}


def photograph(
    placed: Placed,
    *,
    colours: Sequence[str],
    pattern: str,
    scene: str,
    ground: float,
    floats: bool,
    random: Random,
    clutter: float,
    size: int,
    ids: Array | None = None,
) -> Array:
    """The picture (size, size, 3) of parts that are already placed in it.

    `colours` are main, second and accent by name. `ids` (size, size), where given, receives for each pixel the number
    of the part one sees there, or -1.
    """
    r = Random(random.getrandbits(64))  # light and lens do not hang on how much stands around
    around = surroundings(scene, random, ground, clutter)
    slots = {
        name: jitter(r, COLOURS[colour], 0.05)
        for name, colour in zip(("main", "second", "accent"), colours, strict=True)
    }
    slots |= {name: jitter(r, colour, 0.02) for name, colour in FIXED.items()}
    slots["far"] = slots["main"]
    texture = PATTERNS[pattern]
    grain = GRAINS[texture] * (0.75 + 0.5 * r.random())
    phase = r.random()

    behind = [shape for shape in around.shapes if shape.layer < THING]
    before = [shape for shape in around.shapes if shape.layer > THING]
    rows = []
    for part in placed.parts:
        colour = slots[part.slot]
        patterned = part.slot in ("main", "far")
        other = slots["second"] if patterned else colour
        rows.append((
            part.shape, part.width * placed.unit, *colour, *other, texture if patterned else PLAIN, grain, phase,
            part.bulge, part.shade, part.gloss, 1.0, THING,
        ))  # fmt: skip
    back, front = ([(
        shape.shape, shape.width, *shape.colour, *shape.other, shape.texture, shape.grain, r.random(),
        0.0, 1.0, 0.0, shape.alpha, shape.layer,
    ) for shape in group] for group in (behind, before))  # fmt: skip
    styles = np.array([*back, *rows, *front])
    points = np.concatenate([
        np.array([point for shape in behind for point in shape.points]),
        placed.points,
        np.array([point for shape in before for point in shape.points]).reshape(-1, 2),
    ])  # fmt: skip
    counts = [
        *(len(shape.points) for shape in behind),
        *np.diff(placed.starts),
        *(len(shape.points) for shape in before),
    ]
    starts = np.cumsum([0, *counts])
    angle = math.radians(-145 + 110 * r.random())  # from the upper left to the upper right
    height = 0.75 + 0.5 * r.random()
    light = np.array([math.cos(angle), math.sin(angle), height])
    light /= np.sqrt((light**2).sum())
    warm = r.random()
    cast = blend((0.94, 0.98, 1.06), (1.07, 1.0, 0.9), warm)
    shadow = np.array(
        [
            ground,
            0.22 + 0.25 * r.random(),
            -light[0] * (0.5 + 0.5 * r.random()),
            0.0 if floats else 0.3 + 0.3 * r.random(),
        ]
    )
    focus = np.array([0.004 + 0.024 * r.random(), 0.008 * r.random() ** 3, 0.02])
    tone = np.array(
        [
            0.86 + 0.34 * r.random(),
            0.88 + 0.3 * r.random(),
            *cast,
            0.5 * r.random(),
            0.015 + 0.05 * r.random(),
            0.75 + 0.4 * r.random(),
        ]
    )
    seen = np.full((size, size), -1, dtype=np.int64)
    picture = paint(
        points,
        starts,
        styles,
        size,
        light,
        shadow,
        np.array([*placed.centre, placed.extent]),
        focus,
        tone,
        int(r.random() * 2**31),
        seen,
    )
    if ids is not None:
        ids[:] = np.where(seen >= 0, seen - len(behind), -1)
    return picture

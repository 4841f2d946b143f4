"""Things one puts fingers through: scissors and keys, and the ring they share with handles."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point


def scissors(f: Figure, *, blade: float = 1.0, loops: float = 0.24) -> None:
    """Two blades that cross at a screw, with a ring for the thumb and one for the fingers."""
    blade, loops, thick = blade * f.gene(0.8, 1.25), loops * f.gene(0.85, 1.2), f.gene(0.15, 0.21)
    blunt, oval = f.maybe(0.3), f.gene(1.0, 1.5)
    open_ = 9 + f.pose(0, 20)
    for side, join in ((-1, "one"), (1, "other")):
        with f.at(0, 0, side * open_, flip=side < 0):
            end = [(-0.02, -blade * 0.94), (-0.08, -blade)] if blunt else [(-0.07, -blade * 1.04)]
            f.polygon("blade", [(-0.1, 0.06), (-0.1, -blade * 0.5), *reversed(end), (thick * 0.45, -blade * 0.45),
                (thick * 0.62, 0.06)], "second", join=join, gloss=0.4)  # fmt: skip
            y = 0.46 + loops * oval * 0.55
            f.limb("shank", [(0, 0.0, thick), (-0.04, 0.2, thick * 0.75), (-0.17, 0.46, thick * 0.75)], join=join)
            ring(f, "ring", (-0.17 - loops * 0.55, y), (loops, loops * oval), 0.11, -52, "main", join)
    f.dot("screw", 0, 0, 0.055, "metal", detail=0.2)
    if blunt:
        f.has("blunt blades")


def key(f: Figure, *, length: float = 1.1) -> None:
    """A bow to hold, a shaft, and a bit: with a flag of iron, or with a flat toothed blade."""
    length, w, flat = length * f.gene(0.8, 1.2), f.gene(0.12, 0.17), f.maybe(0.45)
    bow, teeth = f.gene(0.28, 0.38), f.count(2, 4)
    if flat:
        steps: list[Point] = []
        for k in range(teeth + 1):
            y = -length * (0.95 - 0.72 * k / (teeth + 1))
            steps += [(w * 1.0, y + 0.03), (w * 0.35, y + 0.72 * length * 0.5 / (teeth + 1))]
        f.polygon(
            "shaft",
            [(-w, 0), (-w, -length * 0.92), (0, -length * 1.04), *steps, (w, -length * 0.14), (w, 0)],
            join="body",
            gloss=0.4,
        )
        f.box("shoulder", -bow * 0.75, -0.02, bow * 0.75, 0.16, rounding=0.05, join="body", gloss=0.4)
        shape = f.pick(("round", "square"))
        if shape == "round":
            f.ellipse("bow", 0, bow * 0.95, bow * 1.1, bow, join="body", gloss=0.4)
        else:
            f.box("bow", -bow * 1.05, 0.02, bow * 1.05, bow * 1.9, rounding=bow * 0.4, join="body", gloss=0.4)
        f.dot("hole", 0, bow * 1.3, bow * 0.26, detail=0.0)
    else:
        f.limb("shaft", [(0, 0.1, w), (0, -length, w)], join="body", gloss=0.4)
        wide = f.gene(0.26, 0.4)
        f.box("bit", w * 0.2, -length * 0.98, w * 0.2 + wide * 0.5, -length * 0.98 + 0.36, join="body", gloss=0.4)
        for k in range(teeth):
            y = -length * 0.98 + 0.36 * (k + 0.1) / (teeth - 0.2)
            f.box(
                "tooth",
                w * 0.2 + wide * 0.3,
                y,
                w * 0.2 + wide,
                y + 0.36 * 0.45 / (teeth - 0.2),
                join="body",
                gloss=0.4,
            )
        if f.maybe(0.4):  # three leaves instead of one ring
            ring(f, "bow", (0, bow * 1.55), (bow * 0.6, bow * 0.6), 0.12, -90)
            for x, turn in ((-bow * 0.75, -20), (bow * 0.75, 200)):
                ring(f, "bow", (x, bow * 0.72), (bow * 0.6, bow * 0.6), 0.12, turn)
            f.has("a bow like a clover leaf")
        else:
            ring(f, "bow", (0, bow), (bow, bow * 0.9), 0.15, -90)
        f.limb("collar", [(-w * 0.85, 0.0, 0.08), (w * 0.85, 0.0, 0.08)], "accent", detail=0.2)
        f.limb("collar", [(-w * 0.75, -0.14, 0.07), (w * 0.75, -0.14, 0.07)], "accent", detail=0.4)


def ring(
    f: Figure, name: str, centre: Point, radii: Point, width: float, slit: float, slot: str = "main", join: str = "body"
) -> None:
    """A ring one can look through; where it closes, `slit` degrees from the right, a part it joins must cover it."""
    way = []
    for k in range(12):
        a = math.radians(slit + 2 + 356 * k / 11)
        way.append((centre[0] + radii[0] * math.cos(a), centre[1] + radii[1] * math.sin(a), width))
    f.limb(name, way, slot, join=join, gloss=0.15)

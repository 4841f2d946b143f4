"""Things on two wheels: a frame, something to hold, something to sit on.

They look to the right and stand on y = 0.
"""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.shapes import ring, wheel


def cycle(f: Figure, *, motor: bool = False, radius: float = 0.42, base: float = 1.24) -> None:
    """Two wheels, a frame, something to hold and something to sit on."""
    r, half = radius * f.gene(0.92, 1.08), base / 2 * f.gene(0.94, 1.1)
    if motor:
        motorbike(f, r, half)
    else:
        bicycle(f, r, half)


def bicycle(f: Figure, r: float, half: float) -> None:
    """A frame of tubes between two thin wheels."""
    frame, bars = f.pick(("diamond", "diamond", "low")), f.pick(("flat", "high", "drop"))
    extra, guards, spokes = f.pick(("", "a basket", "a rack", "a lamp")), f.maybe(0.4), f.count(2, 4)
    tall, turn = r * f.gene(2.0, 2.35), f.pose(0, 3.1)
    rear, front = (-half, -r), (half, -r)
    for x, y in (rear, front):
        f.curve("wheel", ring(x, y, r), 0.055, "dark")
        for k in range(spokes):
            dx, dy = math.cos(turn + math.pi * k / spokes) * r * 0.94, math.sin(turn + math.pi * k / spokes) * r * 0.94
            f.curve("spoke", [(x - dx, y - dy), (x + dx, y + dy)], 0.012, "metal", detail=0.65, sharp=True)
        if guards:
            over = [(x + math.cos(t) * r * 1.14, y + math.sin(t) * r * 1.14) for t in (-2.9, -2.3, -1.7, -1.1)]
            f.curve("mudguard", over, 0.05, "second", detail=0.35)
    crank, saddle, head = (-half * 0.12, -r * 0.82), (-half * 0.36, -tall * 0.94), (half * 0.66, -tall * 0.98)
    top = (-half * 0.32, -tall * 0.84) if frame == "diamond" else (-half * 0.2, -r * 1.3)
    lug = (half * 0.7, -tall * 0.8)
    width = 0.062
    f.curve("frame", [rear, (-half * 0.3, -tall * 0.78), crank, rear], width, "main", sharp=True)
    f.curve("frame", [top, lug, crank], width, "main", sharp=True)
    f.curve("saddle's post", [crank, saddle], width * 0.8, "metal", sharp=True)
    f.curve("fork", [head, lug, front], width, "main")
    x, y = head
    match bars:
        case "drop":
            way: list[Point] = [
                (x, y), (x + 0.12, y - 0.02), (x + 0.2, y + 0.06), (x + 0.14, y + 0.15), (x + 0.05, y + 0.14),
            ]  # fmt: skip
        case "high":
            way = [(x, y), (x + 0.02, y - 0.2), (x - 0.06, y - 0.28), (x - 0.22, y - 0.24)]
        case _:
            way = [(x + 0.05, y + 0.02), (x, y - 0.06), (x - 0.17, y - 0.09)]
    f.curve("handlebar", way, 0.05, "dark")
    x, y = saddle
    f.blob(
        "saddle", [(x - 0.17, y - 0.05), (x - 0.06, y - 0.07), (x + 0.16, y - 0.02), (x + 0.1, y + 0.02),
         (x - 0.08, y + 0.06), (x - 0.16, y + 0.03)], "second",
    )  # fmt: skip
    f.ellipse("chain wheel", crank[0], crank[1], r * 0.24, r * 0.24, "metal", detail=0.3)
    f.curve("chain", [(crank[0], crank[1] - r * 0.2), (rear[0], rear[1] - r * 0.1)], 0.02, detail=0.6, sharp=True)
    dx, dy = math.cos(turn) * r * 0.4, math.sin(turn) * r * 0.4
    f.curve("crank", [(crank[0] - dx, crank[1] - dy), (crank[0] + dx, crank[1] + dy)], 0.04, detail=0.4, sharp=True)
    for sign in (-1, 1):
        px, py = crank[0] + sign * dx, crank[1] + sign * dy
        f.box("pedal", px - 0.08, py - 0.025, px + 0.08, py + 0.025, "dark", detail=0.4)
    x, y = head
    if extra == "a basket":
        f.box("basket", x + 0.08, y - 0.06, x + 0.42, y + 0.2, "accent", lean=-0.05, detail=0.1)
    elif extra == "a rack":
        f.curve("rack", [(-half * 1.25, -r * 2.2), (-half * 0.4, -r * 2.2)], 0.05, "accent", sharp=True, detail=0.1)
        f.curve("rack", [(-half * 1.1, -r * 2.2), rear], 0.03, "accent", sharp=True, detail=0.2)
    elif extra == "a lamp":
        f.ellipse("headlight", x + 0.14, y + 0.1, 0.08, 0.07, "glow", detail=0.2)
    if extra:
        f.has(extra)


def motorbike(f: Figure, r: float, half: float) -> None:
    """A tank and a motor between two thick wheels."""
    extra, long, twin = f.pick(("", "a windscreen", "a box behind")), f.maybe(0.4), f.maybe(0.5)
    high, rake = f.gene(0.18, 0.34), f.gene(0.0, 0.16)
    front, y = half + rake, -r * 2.0
    for x in (-half, front):
        wheel(f, x, -r, r, "metal", spokes=2 if twin else 0)
    f.curve("frame", [(-half, -r), (-half * 0.2, -r * 0.75), (half * 0.36, -r * 0.8), (half * 0.6, y)], 0.08, "dark")
    f.curve(
        "exhaust pipe", [(half * 0.2, -r * 0.9), (0.0, -r * 0.55), (-half * 1.3, -r * 0.7)], 0.1, "metal", detail=0.2,
    )  # fmt: skip
    f.box("motor", -half * 0.3, -r * 1.55, half * 0.34, -r * 0.6, "metal", rounding=0.08, bulge=0.6)
    for k in range(3):
        f.curve(
            "fin", [(-half * 0.22, -r * (0.85 + 0.22 * k)), (half * 0.26, -r * (0.85 + 0.22 * k))], 0.03, detail=0.6,
        )  # fmt: skip
    f.blob(
        "mudguard", [(-half * 1.5, -r * 1.6), (-half * 1.1, -r * 2.2), (-half * 0.5, -r * 2.05),
         (-half * 0.5, -r * 1.6), (-half, -r * 1.85)], "accent",
    )  # fmt: skip
    f.limb(
        "seat", [(-half * (1.25 if long else 0.95), y - 0.1, 0.12), (-half * 0.6, y - 0.02, 0.17),
         (-half * 0.05, y + 0.06, 0.14)], "second",
    )  # fmt: skip
    f.blob(
        "tank", [(-half * 0.2, y + 0.12), (-half * 0.12, y - 0.08), (half * 0.2, y - high), (half * 0.62, y - 0.12),
         (half * 0.6, y + 0.12), (half * 0.2, y + 0.2)], bulge=0.9, gloss=0.4,
    )  # fmt: skip
    f.curve("fork", [(half * 0.55, y - 0.26), (front, -r)], 0.09, "metal", sharp=True)
    over = [(front + math.cos(t) * r * 1.12, -r + math.sin(t) * r * 1.12) for t in (-2.5, -1.9, -1.3, -0.7)]
    f.curve("mudguard", over, 0.08, "main", detail=0.2)
    f.curve("handlebar", [(half * 0.6, y - 0.24), (half * 0.52, y - 0.4), (half * 0.2, y - 0.42)], 0.06, "dark")
    f.ellipse("headlight", half * 0.78, y - 0.16, 0.11, 0.11, "glow", detail=0.1, gloss=0.4)
    if extra == "a windscreen":
        f.polygon(
            "windscreen", [(half * 0.62, y - 0.26), (half * 0.5, y - 0.68), (half * 0.62, y - 0.66),
             (half * 0.86, y - 0.28)], "glass",
        )  # fmt: skip
    elif extra == "a box behind":
        f.box("box", -half * 1.6, y - 0.46, -half * 0.98, y - 0.06, "main", rounding=0.06)
    if extra:
        f.has(extra)

"""Things to sit on, seen a little from above and from the left; the floor is at y = 0."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.furniture import leg, slab
from sbirlib.data.world.shapes import NUMBERS, mirrored, ring


def seat(
    f: Figure, *, width: float = 0.8, high: float = 0.62, depth: float = 0.5, back: float = 0.8, arms: float = 0.0,
    soft: bool = False,
) -> None:  # fmt: skip
    """Something to sit on; `back` is the height of what one leans on, `arms` the chance of arms."""
    half, high = width / 2 * f.gene(0.88, 1.12), high * f.gene(0.88, 1.12)
    behind = (depth * f.gene(0.3, 0.56), -depth * f.gene(0.4, 0.7))
    back, armed = back * f.gene(0.85, 1.2), f.maybe(arms)
    if soft:
        sofa(f, half, high, behind, back)
        return
    style, splay, rung = f.pick(("straight", "tapered", "turned", "tube")), f.gene(0.0, 0.12), f.maybe(0.4)
    u, v = behind
    wide = 0.085
    corners = [
        (-half + wide / 2 + u, -high + v), (half - wide / 2 + u, -high + v), (-half + wide / 2, -high),
        (half - wide / 2, -high),
    ]  # fmt: skip
    if not back:
        stool(f, half, high, behind, style, splay, rung)
        return
    bench = half > 0.7
    lean = f.gene(0.0, 0.12)
    for k, (x, y) in enumerate(corners[:2]):
        out = splay * (2 * k - 1)
        leg(f, x, y + 0.04, x + out + lean * 0.4, -0.02 + v * 0.9, wide, style, shade=0.78)
    back_of_seat(f, corners[0], corners[1], back, lean, wide, bench)
    slab(f, "seat", -half, half, -high, behind, 0.09)
    for k, (x, y) in enumerate(corners[2:]):
        leg(f, x, y + 0.06, x + splay * (2 * k - 1), 0.0, wide, style)
    if rung:
        f.curve(
            "rung", [(corners[2][0], -high * 0.4), (corners[3][0], -high * 0.4)], 0.045,
            "metal" if style == "tube" else "main", detail=0.3, sharp=True,
        )  # fmt: skip
    if armed:
        for way in (-1, 1):
            x, y = way * (half - 0.03), -high - 0.3
            f.curve("arm", [(x + u * 0.96, y + v), (x, y), (x, -high + 0.02)], 0.075, "second")
        f.has("arms")


def back_of_seat(f: Figure, left: Point, right: Point, tall: float, lean: float, wide: float, bench: bool) -> None:
    """Posts with slats or rungs between them, a panel, or a hoop."""
    style = f.pick(("slats", "rungs", "rungs") if bench else ("slats", "rungs", "panel", "hoop"))
    many, cushion = f.count(3, 5) if style == "slats" else f.count(2, 3), f.maybe(0.35)
    x0, x1, y = left[0], right[0], left[1]
    top = y - tall
    if style == "panel":
        f.box("back", x0 - wide / 2 + lean, top, x1 + wide / 2 + lean, y + 0.05, rounding=0.12, lean=-0.02, bulge=0.4)
        if cushion:
            f.box(
                "cushion", x0 + 0.06 + lean, top + 0.1, x1 - 0.06 + lean, y - 0.08, "second", rounding=0.08, bulge=0.7,
                detail=0.3,
            )  # fmt: skip
    else:
        if style == "slats":
            for k in range(many * (2 if bench else 1)):
                t = (k + 1) / (many * (2 if bench else 1) + 1)
                x = x0 + (x1 - x0) * t
                f.curve("slat", [(x, y), (x + lean, top + 0.06)], 0.05, "second", detail=0.1, sharp=True)
        elif style == "rungs":
            for k in range(many):
                at = top + 0.1 + tall * 0.72 * k / many
                f.box("rung", x0 + lean * 0.8, at, x1 + lean * 0.8, at + tall * 0.14, "second", detail=0.1)
        else:
            for t in (0.3, 0.5, 0.7):
                x = x0 + (x1 - x0) * t
                f.curve("slat", [(x, y), (x + lean, top)], 0.04, "second", detail=0.2, sharp=True)
        if style == "hoop":
            middle, r = (x0 + x1) / 2 + lean, (x1 - x0) / 2
            bent = [(middle + r * math.cos(t), top + r * (0.5 - 0.75 * math.sin(t))) for t in (3.1, 2.5, 2.0)]
            f.curve("back", mirrored([(x0, y), *bent, (middle, top - r * 0.25)], middle), wide, "main")
        else:
            for x in (x0, x1):
                f.polygon(
                    "post", [(x - wide / 2, y + 0.05), (x - wide / 2 + lean, top - 0.02),
                     (x + wide / 2 + lean, top - 0.02), (x + wide / 2, y + 0.05)],
                )  # fmt: skip
            f.box(
                "rail", x0 - wide / 2 + lean, top - 0.05, x1 + wide / 2 + lean, top + 0.09,
                rounding=0.04 if many > 2 else 0.0,
            )  # fmt: skip
    boards = f"{NUMBERS[many]} boards to lean on"
    f.has({"slats": "upright slats", "rungs": boards, "panel": "a closed back", "hoop": "a round back"}[style])


def stool(f: Figure, half: float, high: float, behind: Point, style: str, splay: float, rung: bool) -> None:
    """A seat on three or four legs."""
    disc, four = f.maybe(0.6), f.maybe(0.5)
    u, v = behind
    middle = u / 2
    feet = [(0.0, 0.95), (-0.8, 0.25), (0.8, 0.25)]
    if four:
        feet = [(-0.3, 0.9), (0.3, 0.9), (-0.85, 0.3), (0.85, 0.3)]
    for x, t in feet:
        start = middle + x * half * 0.8
        leg(
            f, start, -high + v * t + 0.06, start + x * (splay + 0.06), v * t * 0.9, 0.09, style,
            shade=0.78 if t > 0.5 else 1.0,
        )  # fmt: skip
    if rung:
        f.curve("ring", ring(middle, -high * 0.36 + v * 0.4, half * 0.7, -v * 0.24, 10), 0.04, "metal", detail=0.3)
    if disc:
        slab(f, "seat", -half, half, -high, behind, 0.1, round_top=True)
    else:
        slab(f, "seat", -half, half, -high, behind, 0.1)
    f.has("four legs" if four else "three legs")


def sofa(f: Figure, half: float, high: float, behind: Point, back: float) -> None:
    """A soft seat between two arms."""
    places, pillows, curved = f.count(2, 3), f.count(0, 2), f.pick(("straight", "humped"))
    arm, thick, feet = f.gene(0.16, 0.26), f.gene(0.4, 0.58), f.maybe(0.6)
    u, v = behind
    u *= 0.35
    for x in (-half + 0.08, half - 0.08):
        leg(f, x, -0.16, x, 0.0 if feet else -0.04, 0.1, "tapered", "wood")
    top, y = -high - back, -high
    if curved == "humped":
        f.blob(
            "back", [(-half + u, y + 0.1), (-half + u, top + 0.2), (-half * 0.6 + u, top + 0.02), (u, top - 0.14),
             (half * 0.6 + u, top + 0.02), (half + u * 0.6, top + 0.2), (half + u * 0.6, y + 0.1)], shade=0.92,
            bulge=0.7,
        )  # fmt: skip
    else:
        f.box("back", -half + u * 0.5, top, half + u * 0.5, y + 0.1, rounding=0.14, shade=0.92, bulge=0.6)
    left, right = -half + arm, half - arm
    f.box("base", left - 0.05, y + 0.12, right + 0.05, -0.08, bulge=0.3, shade=0.9)
    step = (right - left) / places
    for k in range(places):
        x = left + step * k
        f.box("cushion", x + 0.02, y + v * 0.3 - 0.12, x + step - 0.02, y + 0.16, "second", rounding=0.1, bulge=0.8)
        f.curve("seam", [(x + step, y + v * 0.3 - 0.1), (x + step, top + 0.1)], 0.02, "dark", detail=0.6)
    for k in range(pillows):
        x = (left + 0.22) if k == 0 else (right - 0.22)
        with f.at(x, y + v * 0.3 - 0.26, 18 if k else -18):
            f.box("pillow", -0.19, -0.17, 0.19, 0.17, "accent", rounding=0.07, bulge=0.9, detail=0.1)
    for way in (-1, 1):
        x = way * (half - arm * 0.5)
        f.box("arm", x - arm * 0.5, y - thick * 0.5, x + arm * 0.5, -0.07, rounding=arm * 0.48, bulge=0.7)
    f.has(f"{NUMBERS[places]} cushions")
    if pillows:
        f.has("pillows")

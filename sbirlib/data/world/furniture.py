"""What stands in a room: tops on legs, cupboards and lamps, seen a little from above and from the left.

The floor is at y = 0. What lies farther back is moved by `back`, to the right and up.
"""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.shapes import NUMBERS, mirrored


def leg(
    f: Figure, x: float, top: float, foot: float, bottom: float, width: float, style: str = "straight",
    slot: str = "main", shade: float = 1.0,
) -> None:  # fmt: skip
    """A leg from (x, top) to (foot, bottom): straight, tapered, turned on a lathe, or a metal tube."""
    match style:
        case "tube":
            f.curve("leg", [(x, top), (foot, bottom)], width * 0.6, "metal", sharp=True, shade=shade)
        case "turned":
            way = [
                (x, top, width), (x + (foot - x) * 0.3, top + (bottom - top) * 0.3, width * 0.6),
                (x + (foot - x) * 0.55, top + (bottom - top) * 0.55, width * 1.15), (foot, bottom, width * 0.55),
            ]  # fmt: skip
            f.limb("leg", way, slot, shade=shade)
        case _:
            low = width * (0.32 if style == "tapered" else 0.5)
            points = [(x - width / 2, top), (x + width / 2, top), (foot + low, bottom), (foot - low, bottom)]
            f.polygon("leg", points, slot, shade=shade, bulge=0.5)


def slab(
    f: Figure, name: str, left: float, right: float, y: float, back: Point, thick: float, slot: str = "main",
    *, round_top: bool = False, detail: float = 0.0,
) -> None:  # fmt: skip
    """A flat thing seen from above: its top and its front edge."""
    u, v = back
    if round_top:
        x, rx, ry = (left + right + u) / 2, (right - left) / 2, max(-v / 2, 0.03)
        f.ellipse(name, x, y + v / 2 + thick, rx, ry, slot, shade=0.8, detail=detail, join=name)
        f.ellipse(name, x, y + v / 2, rx, ry, slot, bulge=0.15, detail=detail)
        return
    top = [(left, y), (left + u, y + v), (right + u, y + v), (right, y)]
    if thick > 0:
        edge = [
            (left, y), (right, y), (right + u, y + v), (right + u, y + v + thick), (right, y + thick),
            (left, y + thick),
        ]  # fmt: skip
        f.polygon(f"{name}'s edge", edge, slot, shade=0.82, bulge=0.1, detail=0.1)
    f.polygon(name, top, slot, bulge=0.1, detail=detail)


def table(f: Figure, *, width: float = 1.7, high: float = 0.85, depth: float = 0.9, bedding: bool = False) -> None:
    """A top on legs: bare, or with boards at its ends and a bed on it."""
    half, high = width / 2 * f.gene(0.88, 1.12), high * f.gene(0.9, 1.1)
    behind = (depth * f.gene(0.2, 0.46), -depth * f.gene(0.3, 0.5))
    if bedding:
        bed(f, half, high, behind)
        return
    disc, foot, cloth = f.maybe(0.35), f.pick(("legs", "legs", "pedestal")), f.maybe(0.25)
    style, splay, drawers = f.pick(("straight", "tapered", "turned", "tube")), f.gene(0.0, 0.16), f.count(0, 2)
    rung, thick = f.maybe(0.25), f.gene(0.07, 0.13)
    u, v = behind
    middle, wide = u / 2, 0.11
    if foot == "pedestal":
        x, y = middle, v * 0.35
        for way in (-1, 1):
            f.limb(
                "foot", [(x, y - 0.22, 0.12), (x + way * half * 0.3, y - 0.08, 0.11),
                 (x + way * half * 0.52, y, 0.09)], "second",
            )  # fmt: skip
        f.limb(
            "leg", [(x, -high + v * 0.4, 0.16), (x, -high * 0.6 + y * 0.5, 0.1), (x, -high * 0.4 + y, 0.22),
             (x, y - 0.1, 0.13)], "second",
        )  # fmt: skip
    else:
        ins = 0.72 if disc else 1.0
        far, near = (v * 0.85, v * 0.15) if disc else (v * 0.92, 0.0)
        for t, start in ((1, far), (0, near)):
            if not t and rung:
                f.curve(
                    "rung", [(-half * ins + 0.06, -high * 0.22), (half * ins - 0.06, -high * 0.22)], 0.05, "wood",
                    detail=0.3, sharp=True,
                )  # fmt: skip
            for way in (-1, 1):
                x = way * (half * ins - wide * 0.7) + (u * (0.5 if disc else t))
                leg(f, x, -high + start + 0.04, x + way * splay, start, wide, style, "second", 0.78 if t else 1.0)
    if drawers and not disc and foot == "legs" and not cloth:
        f.box("frame", -half + 0.05, -high + thick * 0.5, half - 0.05, -high + thick + 0.2, "second", detail=0.1)
        for k in range(drawers):
            x = -half + 2 * half * (k + 0.5) / drawers
            f.box(
                "drawer", x - half * 0.36, -high + thick + 0.02, x + half * 0.36, -high + thick + 0.17, "accent",
                detail=0.4,
            )  # fmt: skip
            f.dot("knob", x, -high + thick + 0.1, 0.03, "metal", detail=0.6)
    slab(f, "top", -half, half, -high, behind, thick, round_top=disc)
    if cloth:
        x, y = middle, -high + v * 0.5
        w, h = half * 0.62, -v * 0.5
        if disc:
            f.ellipse("cloth", x, y, w, h * 0.7, "accent", bulge=0.1, detail=0.2)
        else:
            f.polygon(
                "cloth", [(-w * 0.5, -high), (-w * 0.5 + u, -high + v), (w * 0.5 + u, -high + v), (w * 0.5, -high),
                 (w * 0.5, -high + 0.3), (0, -high + 0.24), (-w * 0.5, -high + 0.3)], "accent", bulge=0.1, detail=0.15,
            )  # fmt: skip
        f.has("a cloth on it")
    f.has("a round top" if disc else "a square top")


def bed(f: Figure, half: float, high: float, behind: Point) -> None:
    """Boards at both ends, a mattress, pillows and a blanket."""
    style, pillows, foot = f.pick(("panel", "bars", "round")), f.count(1, 2), f.maybe(0.65)
    tall, low, fold = f.gene(0.5, 0.8), f.gene(0.2, 0.36), f.gene(0.26, 0.42)
    hang, feet, legs = f.gene(0.3, 0.8), f.pick(("straight", "turned")), high * 0.5
    u, v = behind
    thick = high * 0.42
    y = -high
    f.box("leg", half + u - 0.1, y + v, half + u, v * 0.9, "second", shade=0.75)
    board(f, -half, behind, y - tall, -legs * 0.5, style)
    for x in (-half + 0.05, half - 0.05):
        leg(f, x, -legs, x, 0.0, 0.1, feet, "second")
    f.box("frame", -half, -legs - 0.06, half, -legs + 0.12, "second")
    slab(f, "mattress", -half + 0.03, half, y, behind, thick, "light")
    for k in range(pillows):
        t = (k + 0.5) / pillows
        x, top = -half + 0.27 + u * t, y + v * t
        r = -v * 0.42 / pillows + 0.05
        f.blob(
            "pillow", [(x - 0.2, top + r * 0.9), (x - 0.14, top - r), (x + 0.02, top - r * 1.1), (x + 0.2, top - r),
             (x + 0.17, top + r * 0.8), (x, top + r * 1.1)], "light", bulge=0.95, detail=0.05,
        )  # fmt: skip
    x = -half + 2 * half * fold
    drop = y + thick * hang
    f.polygon(
        "blanket", [(x, y), (x + u, y + v), (half + u, y + v), (half, y), (half, drop), (x, drop)], join="blanket",
        bulge=0.3,
    )  # fmt: skip
    f.polygon(
        "blanket's edge", [(x, drop), (x, y), (x + u, y + v), (x + u + 0.14, y + v), (x + 0.14, y), (x + 0.14, drop)],
        "accent", detail=0.3,
    )  # fmt: skip
    if foot:
        board(f, half, behind, y - low, -legs * 0.5, style)
    f.has(f"{NUMBERS[pillows]} pillow{'s' if pillows > 1 else ''}")
    f.has({"panel": "a square headboard", "bars": "a headboard of bars", "round": "a round headboard"}[style])


def board(f: Figure, x: float, behind: Point, top: float, bottom: float, style: str) -> None:
    """What closes a bed at its end, seen aslant."""
    u, v = behind
    near, far = (x, 0.0), (x + u, v)
    match style:
        case "bars":
            for t in (0.25, 0.5, 0.75):
                f.curve(
                    "bar", [(x + u * t, bottom + v * t), (x + u * t, top + v * t)], 0.035, "metal", detail=0.4,
                    sharp=True,
                )  # fmt: skip
            for px, py in (far, near):
                f.curve("post", [(px, bottom + py), (px, top + py - 0.04)], 0.075, "metal", sharp=True)
                f.dot("knob", px, top + py - 0.06, 0.06, "accent", detail=0.4)
            f.curve("rail", [(x, top), (x + u, top + v)], 0.06, "metal", sharp=True)
        case "round":
            over = [
                (x, top + 0.14), (x + u * 0.2, top + v * 0.2 - 0.02), (x + u * 0.55, top + v * 0.55 - 0.1),
                (x + u * 0.88, top + v * 0.88 + 0.02), (x + u, top + v + 0.16),
            ]  # fmt: skip
            f.polygon("board", [(x, bottom), *over, (x + u, bottom + v)], "second", bulge=0.3)
        case _:
            f.polygon("board", [(x, bottom), (x, top), (x + u, top + v), (x + u, bottom + v)], "second", bulge=0.2)
            f.polygon(
                "board", [(x - 0.07, bottom), (x - 0.07, top - 0.02), (x, top - 0.02), (x, bottom)], "second",
                shade=0.85, detail=0.1,
            )  # fmt: skip


def cupboard(f: Figure, *, width: float = 1.2, high: float = 1.9) -> None:
    """A box with doors, drawers and feet."""
    half, high = width / 2 * f.gene(0.85, 1.15), high * f.gene(0.92, 1.1)
    doors, drawers, glass = f.count(2, 3), f.count(0, 2), f.maybe(0.3)
    crown, feet, panels = f.pick(("flat", "arched", "none")), f.pick(("straight", "tapered", "turned")), f.maybe(0.5)
    deep, lift = f.gene(0.16, 0.34), f.gene(0.08, 0.2)
    up = -high
    for x in (-half + 0.08, half - 0.08):
        leg(f, x, -lift - 0.05, x, 0.0, 0.12, feet, "second")
    f.polygon(
        "side", [(half, up), (half + deep, up - deep * 0.36 + 0.14), (half + deep, -lift - deep * 0.36),
         (half, -lift)], shade=0.75, bulge=0.1,
    )  # fmt: skip
    f.box("body", -half, up, half, -lift, bulge=0.15)
    if crown == "arched":
        arched = [(0.0, up + 0.06), (-half - 0.08, up + 0.04), (-half * 0.9, up - 0.06), (0.0, up - 0.24)]
        f.blob("crown", mirrored(arched), "second", detail=0.1)
    elif crown == "flat":
        f.box("crown", -half - 0.08, up - 0.08, half + 0.08, up + 0.05, "second", detail=0.1)
    bottom = -lift - 0.06 - 0.27 * (drawers > 0)
    step = (2 * half - 0.1) / doors
    for k in range(doors):
        left = -half + 0.05 + step * k
        right = left + step
        f.box("door", left + 0.015, up + 0.12, right - 0.015, bottom, bulge=0.3)
        if glass and k == 1:
            f.box("mirror", left + 0.08, up + 0.22, right - 0.08, bottom - 0.1, "glass", detail=0.2, gloss=0.5)
        elif panels:
            middle = (up + 0.12 + bottom) / 2
            for a, b in ((up + 0.22, middle - 0.05), (middle + 0.05, bottom - 0.1)):
                f.box("panel", left + 0.09, a, right - 0.09, b, "second", detail=0.45)
        f.dot("knob", (right - 0.06) if k == 0 else (left + 0.06), (up + bottom) / 2 + 0.05, 0.04, "metal", detail=0.35)
    for k in range(drawers):
        left = -half + 0.06 + (2 * half - 0.12) * k / drawers
        right = left + (2 * half - 0.12) / drawers
        f.box("drawer", left + 0.01, bottom + 0.04, right - 0.01, -lift - 0.04, "accent", detail=0.1)
        f.dot("knob", (left + right) / 2, bottom + 0.14, 0.035, "metal", detail=0.5)
    f.has(f"{NUMBERS[doors]} doors")
    if drawers:
        f.has("a drawer" if drawers == 1 else "two drawers")


def lamp(f: Figure, *, high: float = 1.0, shade: float = 0.5) -> None:
    """A shade that glows, on something that stands."""
    foot, cap = f.pick(("vase", "column", "balls", "arm")), f.pick(("cone", "drum", "dome", "bell"))
    cord, chain, trim = f.maybe(0.5), f.maybe(0.5), f.maybe(0.5)
    high, r, tall = high * f.gene(0.7, 1.1), shade * f.gene(0.85, 1.2), f.gene(0.42, 0.66)
    base, bend = f.gene(0.22, 0.34), f.pose(-0.1, 0.1)
    if cord:
        f.curve(
            "cord", [(-base * 0.8, -0.03), (-base - 0.2, 0.0), (-base - 0.42, -0.08), (-base - 0.6, -0.02)], 0.03,
            "dark", detail=0.45,
        )  # fmt: skip
    top = -high
    f.box("foot", -base, -0.09, base, 0.0, "accent", rounding=0.05, bulge=0.7)
    x, tilt = 0.0, 0.0
    match foot:
        case "vase":
            f.curve("stem", [(0, top + 0.2), (0, top - 0.1)], 0.06, "metal", sharp=True)
            vase = [
                (-base * 0.55, -0.08), (-base * 1.05, -high * 0.4), (-base * 0.8, -high * 0.66), (-0.08, top + 0.06),
            ]  # fmt: skip
            f.blob("base", mirrored(vase), "second", bulge=0.95, gloss=0.4)
        case "balls":
            for k in range(3):
                h = high / 3
                f.ellipse("base", 0, -0.06 - h * (k + 0.45), base * (0.74 - 0.1 * k), h * 0.52, "second", gloss=0.3)
        case "arm":
            knee = (-0.34 + bend, top * 0.55)
            x, tilt = 0.16 + bend * 0.6, 14.0
            f.curve("stem", [(0, -0.06), knee, (x, top - 0.06)], 0.08, "metal", sharp=True)
            f.dot("joint", *knee, 0.075, "second", detail=0.3)
        case _:
            f.limb(
                "base", [(0, -0.05, base * 0.9), (0, -high * 0.3, 0.11), (0, -high * 0.7, 0.13), (0, top - 0.04, 0.1)],
                "second", bulge=0.9,
            )  # fmt: skip
    with f.at(x, top, tilt):
        if chain:
            f.curve("chain", [(r * 0.5, 0.0), (r * 0.5, 0.3)], 0.02, "metal", detail=0.4, sharp=True)
            f.dot("chain's ball", r * 0.5, 0.32, 0.04, detail=0.5)
        f.ellipse("bulb", 0, 0.03, r * 0.26, 0.11, "glow", detail=0.4)
        match cap:
            case "dome":
                left = [(-r * math.cos(t), 0.05 - tall * math.sin(t)) for t in (0.0, 0.3, 0.7, 1.1, 1.4)]
            case "bell":
                left = [(-r, 0.06), (-r * 0.7, -tall * 0.25), (-r * 0.5, -tall * 0.65), (-r * 0.4, -tall)]
            case _:
                left = [(-r, 0.05), (-r * (0.46 if cap == "cone" else 0.88), -tall)]
        f.polygon("lampshade", mirrored(left), bulge=0.8)
        if trim:
            f.box("trim", -r * 0.98, -0.02, r * 0.98, 0.06, "accent", detail=0.4, bulge=0.7)
        f.dot("finial", 0, -tall - 0.04, 0.045, "metal", detail=0.5)
    f.has(
        {"vase": "a base like a vase", "column": "a slim base", "balls": "a base of balls", "arm": "a bent arm"}[foot],
    )  # fmt: skip
    shades = {"cone": "like a cone", "drum": "with straight sides", "dome": "like a dome", "bell": "like a bell"}
    f.has(f"a shade {shades[cap]}")

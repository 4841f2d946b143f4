"""Plants: trees and bushes, cactus, flowers, potted plants."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def tree(f: Figure, *, crown: str = "leaves", trunk: float = 0.5) -> None:
    """A trunk with a crown of `leaves`, the tiers of a `fir`, or the fronds of a `palm`; a bush has no trunk."""
    trunk *= f.gene(0.75, 1.25)
    wide, lean = f.gene(0.8, 1.2), f.gene(-0.08, 0.08)
    match crown:
        case "fir":
            fir(f, trunk, wide)
        case "palm":
            palm(f, trunk, wide, lean)
        case _:
            leafy(f, trunk, wide, lean)


def leafy(f: Figure, trunk: float, wide: float, lean: float) -> None:
    """A crown of bumps, of one shape or another, with fruit now and then."""
    style, bumps = f.pick(("round", "tall", "broad")), f.count(7, 10)
    rx, ry = {"round": (0.42, 0.4), "tall": (0.32, 0.52), "broad": (0.56, 0.34)}[style]
    rx *= wide
    fruit, hole = f.maybe(0.35), f.maybe(0.25)
    depth = f.gene(0.05, 0.13)
    low = -ry * 0.9 if not trunk else -trunk
    if trunk:
        w = f.gene(0.07, 0.12)
        for side, at in ((-1, 0.62), (1, 0.78)):
            f.limb("branch", [(lean * 0.5, -trunk * at, w * 0.8),
                              (lean + side * rx * 0.42, low - ry * 0.35, w * 0.5)], "second", join="trunk")  # fmt: skip
        f.blob(
            "trunk",
            [(-w * 1.9, 0.02), (-w * 0.9, -0.1), (-w * 0.7 + lean * 0.5, -trunk * 0.6),
             (-w * 0.7 + lean, low - ry * 0.5), (w * 0.7 + lean, low - ry * 0.5),
             (w * 0.75 + lean * 0.5, -trunk * 0.6), (w * 0.95, -0.1), (w * 2.0, 0.02)],
            "second",
            join="trunk",
        )  # fmt: skip
        if hole:
            f.ellipse("hole", lean * 0.4, -trunk * 0.5, w * 0.36, w * 0.55, "dark", detail=0.4)
    cx, cy = lean, low - ry * (0.62 if trunk else 0.0)
    points: list[Point] = []
    for k in range(bumps * 3):
        a = 2 * math.pi * (k / 3 + 0.2) / bumps
        out = 1 + depth * 0.45 if k % 3 else 1 - depth
        bottom = ry * ((0.85 if trunk else 0.6) if math.sin(a) > 0 else 1.0)
        points.append((cx + math.cos(a) * rx * out, cy + math.sin(a) * bottom * out))
    f.blob("crown", points, bulge=0.95)
    for x, y, s in ((-0.35, 0.3, 0.2), (0.35, -0.35, 0.24), (0.5, 0.4, 0.14), (-0.2, -0.55, 0.14)):
        x, y = cx + rx * x, cy + ry * y
        f.curve("leaves", [(x - s * rx, y), (x - s * rx * 0.5, y + 0.06), (x, y + 0.01),
                           (x + s * rx * 0.5, y + 0.06), (x + s * rx, y)], 0.016, detail=0.65)  # fmt: skip
    if trunk:
        f.has(f"a {style} crown")
    if fruit:
        for x, y in ((-0.55, 0.15), (-0.1, -0.25), (0.45, 0.3), (0.5, -0.3), (-0.3, 0.5)):
            f.dot("fruit", cx + rx * x, cy + ry * y, 0.05, "accent", detail=0.3)
        f.has("fruit")


def fir(f: Figure, trunk: float, wide: float) -> None:
    """Tiers of twigs, the smallest on top."""
    tiers, droop = f.count(3, 5), f.gene(0.02, 0.1)
    jagged, cones = f.maybe(0.5), f.maybe(0.25)
    w, tall = 0.36 * wide, f.gene(0.95, 1.25)
    f.box("trunk", -0.07, -trunk, 0.07, 0.0, "second", bulge=0.8)
    base = -trunk * 0.62
    step = tall / (tiers + 0.6)
    for k in range(tiers):
        y, half = base - step * k, w * (1 - k / (tiers + 0.5))
        top = y - step * (1.7 if k < tiers - 1 else 1.6)
        low: list[Point] = []
        if jagged:
            for j in range(1, 6):
                low.append((half - 2 * half * j / 6, y - (0.06 if j % 2 else -0.01)))
        else:
            low.append((0, y + 0.04))
        f.polygon("tier", [(0, top), (half * 0.42, y - step * 0.5), (half, y + droop), *low, (-half, y + droop),
                           (-half * 0.42, y - step * 0.5)], bulge=0.7, shade=0.9 + 0.1 * k / tiers)  # fmt: skip
        if cones:
            f.ellipse("cone", half * (0.4 if k % 2 else -0.35), y - 0.03, 0.026, 0.045, "accent", detail=0.45)
    f.has(f"{NUMBERS[tiers]} tiers")


def palm(f: Figure, trunk: float, wide: float, lean: float) -> None:
    """A thin trunk that bends, a tuft of fronds that droop."""
    fronds, nuts = f.count(6, 8), f.count(0, 3)
    bend = 0.18 + lean * 3
    long = 0.55 * wide
    tx, ty = bend, -trunk
    f.limb(
        "trunk",
        [(0, 0, 0.14), (bend * 0.15, -trunk * 0.35, 0.1), (bend * 0.5, -trunk * 0.7, 0.085), (tx, ty, 0.08)],
        "second",
    )
    for k in range(5):
        t = 0.16 + 0.16 * k
        x, y = bend * (0.3 * t + 0.7 * t * t), -trunk * t
        f.curve("ring", [(x - 0.045, y - 0.01), (x, y + 0.015), (x + 0.045, y - 0.015)], 0.014, detail=0.6)
    for k in range(fronds):
        order = (k // 2) if k % 2 == 0 else fronds - 1 - k // 2  # the outer ones first
        t = order / (fronds - 1) * 2 - 1
        a = math.radians(90 - 108 * t)
        fall = long * (0.12 + 0.42 * abs(t)) * f.gene(0.8, 1.2)
        ex, ey = tx + math.cos(a) * long, ty - math.sin(a) * long * 0.8 + fall * 0.8
        mx, my = tx + math.cos(a) * long * 0.55, ty - math.sin(a) * long * 0.62 - 0.04
        nx, ny = -(ey - ty), ex - tx
        n = math.hypot(nx, ny) or 1.0
        nx, ny = nx / n * 0.075, ny / n * 0.075
        f.blob(
            "frond",
            [(tx, ty), (mx + nx, my + ny), (ex, ey), (mx - nx, my - ny)],
            bulge=0.4,
            shade=0.82 + 0.18 * (k / fronds),
        )
        f.curve("rib", [(tx, ty), (mx, my), (ex, ey)], 0.014, detail=0.65)
    for k in range(nuts):
        f.ellipse(
            "coconut", tx + 0.07 * (k - (nuts - 1) / 2), ty + 0.045 + 0.02 * (k % 2), 0.055, 0.055, "accent", detail=0.1
        )
    if nuts:
        f.has("coconuts")


def cactus(f: Figure) -> None:
    """A ribbed column with arms that bend upwards."""
    w, tall = f.gene(0.2, 0.32), f.gene(0.85, 1.2)
    left, right = f.pick((("short", "long"), ("long", "short"), ("long", ""), ("", "long"), ("long", "long")))
    flower, pot, ribs = f.maybe(0.35), f.maybe(0.3), f.count(1, 3)
    high = (f.gene(0.3, 0.55), f.gene(0.3, 0.55))
    if pot:
        flower_pot(f, 0.3, 0.32)
    for side, arm, at in ((-1, left, high[0]), (1, right, high[1])):
        if not arm:
            continue
        y, up, x = -tall * at, tall * (0.3 if arm == "long" else 0.18), side * (w * 0.5 + 0.2)
        f.limb(
            "arm",
            [
                (side * w * 0.2, y, w * 0.55),
                (x - side * 0.06, y - 0.0, w * 0.58),
                (x, y - 0.07, w * 0.6),
                (x, y - up, w * 0.55),
            ],
            join="body",
        )
        for k in (0.4, 0.8):
            f.curve(
                "spine",
                [(x + side * w * 0.2, y - up * k), (x + side * (w * 0.2 + 0.08), y - up * k - 0.03)],
                0.012,
                "dark",
                detail=0.5,
            )
    f.limb(
        "column",
        [(0, 0.02, w * 0.95), (0, -tall * 0.3, w * 1.05), (0, -tall * 0.7, w * 1.04), (0, -tall, w * 0.75)],
        join="body",
        bulge=0.95,
    )
    for k in range(ribs):
        x = w * 0.55 * ((k + 1) / (ribs + 1) - 0.5) * 1.3
        f.curve("rib", [(x, -0.06), (x * 1.1, -tall * 0.5), (x * 0.9, -tall * 0.94)], 0.014, detail=0.35)
    for k in range(5):
        for side in (-1, 1):
            y = -tall * (0.14 + 0.17 * k)
            f.curve("spine", [(side * w * 0.44, y), (side * (w * 0.44 + 0.09), y - 0.035)], 0.012, "dark", detail=0.45)
    if flower:
        for turn in (-58, 0, 58):
            with f.at(0, -tall - w * 0.2, turn):
                f.ellipse("petal", 0, -0.07, 0.055, 0.1, "accent", detail=0.1)
        f.has("a flower on top")
    if pot:
        f.has("a pot")


def flower_pot(f: Figure, half: float, tall: float) -> None:
    """A pot whose rim is at y = 0."""
    f.box("pot", -half * 0.68, 0.05, half * 0.68, tall, "second", lean=-half * 0.2, bulge=0.8)
    f.box("rim", -half, -0.03, half, 0.08, "second", rounding=0.03, bulge=0.7)


def flower(f: Figure, *, head: str = "petals", stem: float = 0.9) -> None:
    """A stem with leaves, and on it a head of `petals` around a centre, or the `cup` of a tulip."""
    stem *= f.gene(0.8, 1.2)
    sway = f.gene(-0.1, 0.1)
    leaves = f.pick(((-1,), (1,), (-1, 1), (-1, 1)))
    size, droop = f.gene(0.34, 0.5), f.gene(0.25, 0.8)
    f.curve("stem", [(0, 0), (sway, -stem * 0.45), (sway * 0.6, -stem)], 0.05, "second")
    for k, side in enumerate(leaves):
        y = -stem * (0.26 + 0.12 * k)
        x, out, up = sway * 0.7, 0.34, 0.26 * droop
        if head == "cup":
            x, y, out, up = 0.0, -0.02, 0.2, stem * 0.5
        f.blob("leaf", [(x, y), (x + side * out * 0.3, y - up * 0.75 - 0.03), (x + side * out, y - up * 1.1),
                        (x + side * out * 0.62, y - up * 0.4 + 0.04)], "second", bulge=0.4)  # fmt: skip
        f.curve(
            "leaf's rib",
            [(x, y), (x + side * out * 0.45, y - up * 0.58), (x + side * out * 0.8, y - up * 0.9)],
            0.012,
            detail=0.75,
        )
    with f.at(sway * 0.6, -stem, f.pose(-14, 14)):
        if head == "cup":
            tulip_cup(f, size)
        else:
            petals(f, size)


def petals(f: Figure, r: float) -> None:
    """Petals around a centre."""
    count, kind = f.count(5, 9), f.pick(("round", "pointed", "notched"))
    centre, start = f.gene(0.28, 0.44) * r, f.gene(0, 30)
    half = min(0.9, 2.6 / count) * r * 0.5
    for k in range(count):
        with f.at(0, 0, start + 360 * k / count):
            points = [(-half * 0.4, -r * 0.2), (-half, -r * 0.68), (-half * 0.62, -r * 0.98)]
            top = {"round": [(0, -r * 1.08)], "pointed": [(0, -r * 1.25)], "notched": [(0, -r * 0.88)]}[kind]
            if kind == "pointed":
                points = [(-half * 0.4, -r * 0.2), (-half * 0.9, -r * 0.62), (-half * 0.42, -r * 0.98)]
            f.blob("petal", [*points, *top, *((-x, y) for x, y in reversed(points))], bulge=0.5)
    f.ellipse("centre", 0, 0, centre, centre, "accent")
    for k in range(5):
        a = 1.26 * k
        f.dot("seed", math.cos(a) * centre * 0.5, math.sin(a) * centre * 0.5, centre * 0.1, detail=0.7)
    f.has(f"{NUMBERS[count]} petals")


def tulip_cup(f: Figure, r: float) -> None:
    """Three petals that make a cup."""
    open_ = f.gene(0.85, 1.2)
    w, h = r * 0.75, r * 1.25
    for side in (-1, 1):
        f.blob("petal", [(0, 0.02), (side * w * 0.75, -h * 0.2), (side * w * open_, -h * 0.65),
                         (side * w * 0.8 * open_, -h * 1.08), (side * w * 0.25, -h * 0.75),
                         (0, -h * 0.4)], bulge=0.7)  # fmt: skip
    f.blob(
        "petal",
        [
            (0, 0.04),
            (w * 0.6, -h * 0.16),
            (w * 0.56, -h * 0.62),
            (0, -h * 1.06),
            (-w * 0.56, -h * 0.62),
            (-w * 0.6, -h * 0.16),
        ],
        bulge=0.8,
    )


def potted_plant(f: Figure) -> None:
    """Leaves out of a pot: broad ones, blades, or round ones on stalks."""
    kind, count = f.pick(("broad", "blade", "round")), f.count(5, 8)
    tall, spread = f.gene(0.6, 0.95), f.gene(50, 78)
    for k in range(count):
        order = (k // 2) if k % 2 == 0 else count - 1 - k // 2
        turn = (order / (count - 1) * 2 - 1) * spread
        long = tall * f.gene(0.85, 1.1)
        with f.at(turn * 0.002, 0, turn):
            match kind:
                case "round":
                    f.curve("stalk", [(0, 0), (0, -long * 0.8)], 0.025, "main", shade=0.8)
                    f.ellipse("leaf", 0, -long * 0.85, 0.16, 0.13, bulge=0.4)
                case "blade":
                    f.blob(
                        "leaf",
                        [(-0.05, 0), (-0.07, -long * 0.5), (0, -long * 1.1), (0.07, -long * 0.5), (0.05, 0)],
                        bulge=0.4,
                    )
                case _:
                    f.blob(
                        "leaf",
                        [
                            (0, 0),
                            (-0.05, -long * 0.3),
                            (-0.15, -long * 0.6),
                            (0, -long),
                            (0.15, -long * 0.6),
                            (0.05, -long * 0.3),
                        ],
                        bulge=0.4,
                    )
            f.curve("leaf's rib", [(0, -0.05), (0, -long * 0.85)], 0.012, detail=0.6)
    flower_pot(f, f.gene(0.24, 0.36), f.gene(0.32, 0.45))
    f.has({"broad": "broad leaves", "blade": "narrow leaves", "round": "round leaves"}[kind])

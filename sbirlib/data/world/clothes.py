"""Clothes, as they hang: garments of a bodice, sleeves, a skirt or legs; what is worn on the feet; hats."""

from __future__ import annotations

import math
from collections.abc import Callable

from sbirlib.data.world.figure import Figure, Point


def garment(f: Figure, *, bodice: float = 1.0, sleeves: float = 0.0, skirt: float = 0.0, legs: float = 0.0) -> None:
    """Seen from the front, the neck at (0, 0); `bodice`, `sleeves`, `skirt` and `legs` are lengths, 0 for none."""
    shoulder, hem = f.gene(0.44, 0.54), f.gene(0.36, 0.48)
    waist = 0.0
    if legs:
        trousers(f, legs * f.gene(0.85, 1.1))
    if skirt:
        bodice, waist = bodice * f.gene(0.85, 1.2), f.gene(0.24, 0.32)
        flare, long = f.gene(0.5, 0.85), skirt * f.gene(0.7, 1.2)
        folds, belted = f.count(3, 5), f.maybe(0.6)
        wave = [
            (flare * (1 - 2 * k / (2 * folds)), bodice + long + (0.05 if k % 2 else 0.0)) for k in range(2 * folds + 1)
        ]
        f.polygon("skirt", [(-waist, bodice), (waist, bodice), (waist * 1.35, bodice + long * 0.25), *wave,
            (-waist * 1.35, bodice + long * 0.25)], join="body", bulge=0.5)  # fmt: skip
        for k in range(1, folds):
            x = flare * (1 - 2 * k / folds)
            f.curve(
                "fold",
                [(waist * 0.7 * x / flare, bodice + long * 0.3), (x, bodice + long * 0.95)],
                0.022,
                "dark",
                detail=0.5,
            )
        f.has("a wide skirt" if flare > 0.7 else "a narrow skirt" if flare < 0.6 else "a belt" if belted else "no belt")
    if bodice:
        shirt(f, bodice, sleeves, shoulder, waist or hem, dress=bool(skirt))
    if skirt and belted:
        f.box("belt", -waist * 1.06, bodice - 0.06, waist * 1.06, bodice + 0.06, "second", bulge=0.5, detail=0.2)


def shirt(f: Figure, long: float, sleeves: float, shoulder: float, hem: float, dress: bool) -> None:
    """A bodice with its sleeves and what closes it at the neck."""
    kind = f.pick(("none", "short", "short") if dress else ("short", "short", "long"))
    reach, wide, lift = sleeves * f.gene(0.85, 1.2), f.gene(0.22, 0.3), f.pose(0, 14)
    if kind != "none":
        reach = reach * (0.5 if kind == "short" else 1.0)
        turn = (54 if kind == "short" else 66) - lift
        for side in (1, -1):
            with f.at(side * (shoulder - 0.1), 0.17, side * turn, flip=side < 0):
                f.polygon(
                    "sleeve",
                    [(-0.05, -wide * 0.42), (reach, -wide * 0.42), (reach, wide * 0.42), (-0.05, wide * 0.6)],
                    join="body",
                    bulge=0.5,
                )
                if kind == "long":
                    f.box("cuff", reach - 0.09, -wide * 0.44, reach + 0.02, wide * 0.44, "second", detail=0.4)
    f.polygon("body", [(-0.19, -0.02), (0.19, -0.02), (shoulder, 0.1), (shoulder * 0.86, 0.4), (hem * 0.96, long * 0.7),
        (hem, long), (-hem, long), (-hem * 0.96, long * 0.7), (-shoulder * 0.86, 0.4), (-shoulder, 0.1)], join="body",
        bulge=0.4)  # fmt: skip
    collar, buttons, front = (
        f.pick(("round", "pointed", "vee")),
        f.count(2, 5),
        f.pick(("plain", "pocket", "sign", "stripe")),
    )
    deep = f.gene(0.12, 0.22)
    if collar == "vee" or dress:
        f.polygon("neckline", [(-0.17, -0.03), (0.17, -0.03), (0, deep + 0.08)], "dark", shade=1.3, detail=0.1)
    else:
        f.blob(
            "neckline",
            [(-0.18, -0.03), (0.18, -0.03), (0.1, deep * 0.6), (0, deep * 0.75), (-0.1, deep * 0.6)],
            "dark",
            shade=1.3,
            detail=0.1,
        )
    if dress:
        return
    if collar == "pointed":
        for x in (-1, 1):
            f.polygon(
                "collar",
                [(0.2 * x, -0.05), (0.04 * x, deep * 0.75), (0.17 * x, deep + 0.08), (0.28 * x, 0.05)],
                "second",
            )
        f.curve("placket", [(0, deep), (0, long)], 0.02, "dark", detail=0.35)
        for k in range(buttons):
            f.dot(
                "button",
                0.05,
                deep + 0.08 + (long - deep - 0.16) * k / (buttons - 1),
                0.032,
                "accent",
                detail=0.4,
            )
        f.has("a pointed collar")
    if front == "pocket":
        f.polygon("pocket", [(0.1, 0.32), (0.32, 0.32), (0.32, 0.52), (0.21, 0.58), (0.1, 0.52)], "second", detail=0.35)
    elif front == "sign" and collar != "pointed":
        star = [
            (
                math.sin(math.pi * k / 5) * (0.08 if k % 2 else 0.19),
                0.52 - math.cos(math.pi * k / 5) * (0.08 if k % 2 else 0.19),
            )
            for k in range(10)
        ]
        f.polygon("star", star, "accent", detail=0.3)
    elif front == "stripe":
        f.box("stripe", -hem * 0.9, long * 0.58, hem * 0.9, long * 0.72, "second", detail=0.35)
    f.has({"short": "short sleeves", "long": "long sleeves", "none": "no sleeves"}[kind])


def trousers(f: Figure, long: float) -> None:
    """Two legs from a waistband: wide or narrow at their ends, with pockets, turn-ups, a patch on a knee."""
    waist, end, apart = f.gene(0.34, 0.42), f.gene(0.15, 0.34), 0.05 + f.pose(0.0, 0.12)
    pockets, cuffs, patch, short = f.maybe(0.6), f.maybe(0.35), f.maybe(0.25), f.maybe(0.25)
    end = max(end, 0.13)
    if short:
        long, end = long * 0.5, end + 0.1
    for flip in (False, True):
        with f.at(0, 0, flip=flip):
            x = apart + end * 0.6
            f.polygon("leg", [(-0.01, 0.04), (waist, 0.04), (waist * 1.2, 0.36),
                (max(waist * 1.05, x + end * 0.3), long * 0.6), (x + end * 0.62, long), (x - end * 0.5, long),
                (apart * 0.6 + 0.02, long * 0.6), (-0.01, 0.5)], join="body", bulge=0.5)  # fmt: skip
            if cuffs:
                f.box("cuff", x - end * 0.54, long - 0.1, x + end * 0.66, long + 0.02, "second", detail=0.35)
            if pockets:
                f.curve(
                    "pocket",
                    [(waist * 0.62, 0.1), (waist * 0.72, 0.24), (waist * 1.12, 0.28)],
                    0.025,
                    "dark",
                    detail=0.4,
                )
    f.curve("seam", [(0, 0.08), (0.02, 0.48)], 0.025, "dark", detail=0.3)
    f.box("waistband", -waist * 1.04, -0.06, waist * 1.04, 0.08, "second", bulge=0.4)
    f.box("buckle", -0.07, -0.05, 0.07, 0.07, "metal", rounding=0.02, detail=0.4)
    if patch and not short:
        f.box("patch", 0.16, long * 0.5, 0.36, long * 0.5 + 0.2, "accent", detail=0.4)
    f.has("short legs" if short else "wide legs" if end > 0.26 else "narrow legs")


def footwear(f: Figure, *, height: float = 0.5, sole: float = 0.0) -> None:
    """A shoe, or without a sole a sock, from the side, its toes to the right."""
    height, toe, long = height * f.gene(0.82, 1.25), f.gene(0.26, 0.38), f.gene(0.68, 0.86)
    heel = f.pick((0.0, 0.0, 0.14, 0.32)) if sole else 0.0
    ankle = f.gene(-0.14, -0.02)
    back = -0.55
    instep = min(toe + 0.06, height * 0.8)

    def ground(x: float) -> float:
        return 0.0 if x > 0.2 else -heel * min(1.0, (0.2 - x) / 0.45)

    def up(x: float, y: float) -> Point:
        return x, ground(x) - y

    f.blob("upper", [up(back, 0.0), up(back - 0.05, 0.2), up(back + 0.02, height * 0.7), up(back - 0.01, height),
        up(back + 0.04, height + 0.01), up(ankle - 0.03, height - 0.03), up(ankle + 0.02, height - 0.06),
        up(ankle + 0.09, instep + 0.04), up(0.25, instep * 0.95), (long * 0.75, -toe * 0.92), (long, -toe * 0.45),
        (long, 0.0), (0.2, 0.02)], join="body", bulge=0.6)  # fmt: skip
    if sole:
        shod(f, height, toe, long, heel, ankle, instep, sole * f.gene(0.7, 1.4), ground)
    else:
        knitted(f, height, long, toe, back, ankle)


def shod(
    f: Figure,
    height: float,
    toe: float,
    long: float,
    heel: float,
    ankle: float,
    instep: float,
    sole: float,
    ground: Callable[[float], float],
) -> None:
    """What a shoe has: a sole, perhaps a heel, laces or a buckle, a cap."""
    xs = (-0.58, -0.3, 0.0, 0.25, long * 0.7, long + 0.04)
    f.polygon("sole", [*((x, ground(x) - 0.02) for x in xs), (long + 0.05, sole * 0.6), (long * 0.9, sole),
        *((x, ground(x) + sole) for x in reversed(xs[:-1]))], "second", bulge=0.3)  # fmt: skip
    if heel:
        slim = 0.12 if heel > 0.2 else 0.3
        f.polygon(
            "heel",
            [
                (-0.58, -heel + sole * 0.5),
                (-0.58 + slim * 1.3, -heel + sole * 0.5),
                (-0.56 + slim, sole),
                (-0.56, sole),
            ],
            "second",
        )
        f.has("a high heel" if heel > 0.2 else "a low heel")
    style, cap, stripes = f.pick(("laces", "laces", "strap", "plain")), f.maybe(0.4), f.count(0, 3)
    f.ellipse(
        "opening", (ankle - 0.56) / 2, ground(-0.3) - height + 0.03, (ankle + 0.56) / 2 * 0.8, 0.05, "dark", detail=0.25
    )
    if cap:
        f.blob("cap", [(long * 0.72, -toe * 0.9), (long * 0.92, -toe * 0.62), (long * 0.99, -0.03),
            (long * 0.62, -0.02), (long * 0.6, -toe * 0.5)], "accent", detail=0.35)  # fmt: skip
    if style == "laces":
        for k in range(4):
            x = ankle + 0.09 + 0.1 * k
            y = ground(x) - instep - (height - instep) * max(0.0, 0.7 - 0.35 * k) + 0.02 * k
            f.curve("lace", [(x - 0.1, y + 0.13), (x + 0.03, y - 0.01)], 0.04, "light", detail=0.15)
        f.has("laces")
    elif style == "strap":
        f.limb(
            "strap",
            [(ankle - 0.02, ground(0) - height * 0.55, 0.1), (ankle + 0.22, ground(0.2) - instep - 0.02, 0.1)],
            "accent",
            detail=0.2,
        )
        f.dot("buckle", ankle + 0.02, ground(0) - height * 0.6, 0.05, "metal", detail=0.4)
    for k in range(stripes if heel < 0.2 else 0):
        x = -0.3 + 0.11 * k
        f.curve(
            "stripe",
            [(x, ground(x) - 0.06), (x + 0.1, ground(x) - min(height * 0.7, 0.36))],
            0.045,
            "accent",
            sharp=True,
            detail=0.5,
        )


def knitted(f: Figure, height: float, long: float, toe: float, back: float, ankle: float) -> None:
    """What a sock has: a ribbed cuff, a heel and a toe of another colour, rings."""
    tips, rings = f.maybe(0.75), f.count(0, 3)
    if tips:
        f.blob(
            "heel",
            [
                (back - 0.02, -0.02),
                (back - 0.05, -0.2),
                (back + 0.01, -0.36),
                (back + 0.17, -0.22),
                (back + 0.28, -0.01),
            ],
            "second",
            detail=0.25,
        )
        f.blob("toe", [(long * 0.7, -toe * 0.93), (long * 0.92, -toe * 0.72), (long, -toe * 0.2), (long * 0.92, 0.0),
            (long * 0.66, 0.0), (long * 0.6, -toe * 0.5)], "second", detail=0.25)  # fmt: skip
    cuff = f.gene(0.14, 0.26)
    for k in range(rings):
        y = -height + cuff + 0.1 + 0.14 * k
        f.curve("ring", [(back + 0.02, y), (ankle + 0.02, y + 0.01)], 0.07, "accent", sharp=True, detail=0.3)
    f.box("cuff", back - 0.06, -height - 0.04, ankle + 0.04, -height + cuff, "second", rounding=0.04, bulge=0.4)
    for k in range(4):
        x = back + (ankle - back) * (k + 0.6) / 4.2
        f.curve("rib", [(x, -height), (x, -height + cuff - 0.04)], 0.02, "dark", detail=0.45)
    if rings:
        f.has(f"{('one ring', 'two rings', 'three rings')[rings - 1]} around it")


def hat(f: Figure, *, crown: float = 0.6, brim: float = 0.85) -> None:
    """A brim seen a little from above, and a crown: tall and flat, round, pinched, or a cone."""
    style = f.pick(("tall", "round", "pinched", "cone"))
    wide, brim, view = f.gene(0.38, 0.5), brim * f.gene(0.8, 1.2), f.gene(0.16, 0.26)
    high = crown * f.gene(0.75, 1.25) * {"tall": 1.35, "round": 1.1, "pinched": 1.0, "cone": 1.8}[style]
    curl = f.gene(0.0, 0.16)
    f.blob("brim", [(-brim, -curl), (-brim * 0.72, brim * view * 0.55 - curl * 0.3), (0, brim * view),
        (brim * 0.72, brim * view * 0.55 - curl * 0.3), (brim, -curl), (brim * 0.68, -brim * view * 0.72 - curl * 0.3),
        (0, -brim * view), (-brim * 0.68, -brim * view * 0.72 - curl * 0.3)], bulge=0.4)  # fmt: skip
    base = [
        (wide, 0.0),
        (wide * 0.7, wide * view * 0.7),
        (0.0, wide * view),
        (-wide * 0.7, wide * view * 0.7),
        (-wide, 0.0),
    ]
    lean = f.pose(-0.16, 0.16)
    top: list[Point] = { "tall": [(-wide * 1.04, -high), (-wide * 0.6, -high - wide * view * 0.7),
        (0, -high - wide * view), (wide * 0.6, -high - wide * view * 0.7), (wide * 1.04, -high)],
        "round": [(-wide * 0.97, -high * 0.5), (-wide * 0.7, -high * 0.88), (-wide * 0.3, -high * 1.03),
        (wide * 0.3, -high * 1.03), (wide * 0.7, -high * 0.88), (wide * 0.97, -high * 0.5)],
        "pinched": [(-wide * 0.84, -high * 0.86), (-wide * 0.6, -high * 1.02), (-wide * 0.3, -high),
        (0.0, -high * 0.84), (wide * 0.3, -high), (wide * 0.6, -high * 1.02), (wide * 0.84, -high * 0.86)],
        "cone": [(-wide * 0.5, -high * 0.5), (-0.04 + lean, -high), (0.04 + lean, -high), (wide * 0.5, -high * 0.5)],
        }[style]  # fmt: skip
    f.polygon("crown", [*base, *top], bulge=0.8)
    ribbon, extra = f.gene(0.12, 0.22), f.pick(("plain", "feather", "bow", "flower"))
    slope = {"tall": 1.0, "round": 0.99, "pinched": 0.97, "cone": 0.82}[style]
    arc = [(-math.cos(math.pi * k / 6), math.sin(math.pi * k / 6) * view) for k in range(7)]
    f.polygon("band", [*((wide * x * 1.02, wide * y + 0.01) for x, y in arc),
        *((wide * x * 1.02 * slope, wide * y - ribbon) for x, y in reversed(arc))], "second", bulge=0.8,
        detail=0.1)  # fmt: skip
    x, y = wide * 0.62, -ribbon * 0.5 + wide * view * 0.6
    if extra == "feather":
        f.blob(
            "feather",
            [
                (x, y + 0.05),
                (x + 0.02, y - 0.2),
                (x + 0.14, y - 0.48),
                (x + 0.34, y - 0.66),
                (x + 0.3, y - 0.36),
                (x + 0.14, y - 0.08),
            ],
            "accent",
            detail=0.1,
        )
        f.curve("feather's shaft", [(x + 0.02, y), (x + 0.12, y - 0.3), (x + 0.3, y - 0.6)], 0.02, "dark", detail=0.5)
    elif extra == "bow":
        for s in (-1, 1):
            f.polygon("bow", [(x, y), (x + 0.16 * s, y - 0.11), (x + 0.16 * s, y + 0.11)], "accent", detail=0.15)
        f.dot("knot", x, y, 0.05, "accent", detail=0.3)
    elif extra == "flower":
        petals = [
            (
                x + math.cos(math.pi * k / 5) * (0.09 if k % 2 else 0.15),
                y + math.sin(math.pi * k / 5) * (0.09 if k % 2 else 0.15),
            )
            for k in range(10)
        ]
        f.blob("petals", petals, "accent", detail=0.15)
        f.dot("heart", x, y, 0.05, "glow", detail=0.4)
    f.has(
        {"tall": "a tall crown", "round": "a round crown", "pinched": "a pinched crown", "cone": "a pointed crown"}[
            style
        ]
    )
    if extra != "plain":
        f.has(f"a {extra}")

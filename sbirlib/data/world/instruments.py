"""What music is made with: strings over a body or in a frame, a brass tube, a drum."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.profiles import band, turned


def stringed(f: Figure, *, size: float = 0.5, neck: float = 1.0, bowed: bool = False, strings: int = 4) -> None:
    """A body with a waist, a neck and pegs, seen from the front; what is bowed has f-holes and a bow beside it."""
    waist, upper, lower = f.gene(0.56, 0.74), f.gene(0.74, 0.9), f.gene(0.95, 1.12)
    neck = neck * f.gene(0.88, 1.15)
    modern = not bowed and f.maybe(0.35)  # an electric guitar: horns, no hole
    b = size * (0.92 if modern else 1.0)
    w = b * (0.3 if bowed else 0.26)
    # the body hangs from (0, 0), where the neck begins; it is twice as long as its larger half is wide
    low, mid = 2.0 * b * lower, 0.85 * b
    right: list[Point]
    if modern:
        horn = f.gene(0.18, 0.42)
        right = [
            (b * 0.28, b * 0.2),
            (b * 0.62, -b * horn * 0.7),
            (b * 0.84, b * 0.1),
            (b * waist, mid),
            (b * lower, low * 0.72),
            (b * 0.62, low * 0.98),
        ]
        left = [
            (-b * 0.28, b * 0.26),
            (-b * 0.6, -b * horn * 1.6),
            (-b * 0.9, -b * 0.1),
            (-b * waist, mid * 0.95),
            (-b * lower, low * 0.66),
            (-b * 0.62, low * 0.95),
        ]
    else:
        right = [
            (b * 0.34, 0.02 * b),
            (b * upper, b * 0.34),
            (b * waist, mid),
            (b * lower, low * 0.72),
            (b * 0.52, low * 0.985),
        ]
        if bowed:
            right[1:3] = [
                (b * upper * 0.9, b * 0.2),
                (b * upper, b * 0.55),
                (b * waist * 0.85, mid * 0.9),
                (b * waist * 0.85, mid * 1.12),
                (b * lower, mid * 1.35),
            ]
        left = [(-x, y) for x, y in right]
    f.blob("body", [*right, (0.0, low), *reversed(left)], bulge=0.45, gloss=0.3)
    hole = b * f.gene(0.24, 0.34)
    bridge = low * (0.62 if bowed else 0.74)
    if modern:
        for y in (0.42, 0.62):
            f.box("pickup", -b * 0.3, low * y - 0.045, b * 0.3, low * y + 0.045, "dark", rounding=0.02, detail=0.2)
        for y in (0.62, 0.8):
            f.dot("button", b * 0.56, low * y, 0.05, "light", detail=0.4)
        f.has("an electric body")
    elif bowed:
        for s in (-1, 1):
            x = b * 0.42 * s
            f.curve(
                "f-hole",
                [
                    (x - 0.07 * s, bridge - b * 0.3),
                    (x, bridge - b * 0.24),
                    (x, bridge + b * 0.12),
                    (x + 0.07 * s, bridge + b * 0.2),
                ],
                0.045,
                "dark",
                detail=0.1,
            )
        f.blob(
            "chin rest",
            [
                (-b * 0.16, low * 0.98),
                (-b * 0.2, low * 0.86),
                (-b * 0.6, low * 0.8),
                (-b * 0.7, low * 0.92),
                (-b * 0.5, low * 0.97),
            ],
            "dark",
            detail=0.5,
        )
        f.polygon(
            "tailpiece",
            [
                (-b * 0.17, bridge + b * 0.2),
                (b * 0.17, bridge + b * 0.2),
                (b * 0.07, low * 0.99),
                (-b * 0.07, low * 0.99),
            ],
            "dark",
            detail=0.25,
        )
    else:
        f.ellipse("hole's border", 0, low * 0.45, hole * 1.28, hole * 1.28, "accent", bulge=0.1, detail=0.5)
        f.ellipse("hole", 0, low * 0.45, hole, hole, "dark", bulge=0.1)
    # neck, fingerboard, head and pegs
    reach = low * (0.42 if bowed else 0.26)
    f.polygon(
        "neck", [(-w * 0.42, -neck), (w * 0.42, -neck), (w * 0.55, reach), (-w * 0.55, reach)], "second", bulge=0.4
    )
    for k in range(0 if bowed else 5):
        y = -neck + (neck + reach) * (1 - 0.84 ** (k + 1))
        f.curve("fret", [(-w * 0.45, y), (w * 0.45, y)], 0.02, "light", detail=0.6)
    f.box(
        "bridge",
        -b * 0.32,
        bridge - 0.04,
        b * 0.32,
        bridge + 0.04,
        "light" if bowed else "accent",
        rounding=0.02,
        detail=0.15,
    )
    for k in range(strings // 2 + 1):
        x = w * 0.6 * (k / (strings // 2) - 0.5)
        f.curve("string", [(x, -neck), (x * 1.3, bridge)], 0.012, "light", detail=0.45)
    head = f.pick(("square", "pointed"))
    long = 0.34 if not bowed else 0.26
    for k in range(strings):
        s = 1 if k % 2 else -1
        y = -neck - 0.06 - long * 0.78 * (k // 2) / max(strings // 2 - 1, 1)
        f.limb("peg", [(0, y, 0.05), (w * 0.75 * s, y, 0.05), (w * 0.98 * s, y, 0.075)], "light", detail=0.3)
    if bowed:
        f.limb("head", [(0, -neck + 0.02, w * 0.7), (0, -neck - long, w * 0.6)], "main")
        f.ellipse("scroll", 0, -neck - long - 0.04, w * 0.48, w * 0.42, "main", detail=0.1)
    else:
        tip = 0.0 if head == "square" else 0.12
        f.polygon(
            "head",
            [
                (-w * 0.42, -neck + 0.02),
                (w * 0.42, -neck + 0.02),
                (w * 0.68, -neck - long * 0.9),
                (0, -neck - long - tip),
                (-w * 0.68, -neck - long * 0.9),
            ],
        )
    if bowed:
        x, lean = b * f.gene(1.15, 1.5), f.pose(-0.2, 0.15)
        f.curve("hair", [(x - 0.07, low), (x + lean - 0.07, -neck * 0.75)], 0.035, "light", sharp=True, detail=0.3)
        f.limb(
            "bow",
            [
                (x, low + 0.05, 0.06),
                (x + lean * 0.5 + 0.02, (low - neck) / 2, 0.055),
                (x + lean - 0.05, -neck * 0.8, 0.05),
            ],
            "wood",
            detail=0.1,
        )
        f.box("frog", x - 0.12, low - 0.1, x + 0.03, low, "dark", detail=0.4)
    else:
        f.has("a pointed head" if head == "pointed" else "a square head")


def harp(f: Figure, *, height: float = 1.6) -> None:
    """A pillar, a curved neck and a slanting soundboard, with strings between them."""
    height, wide, w = height * f.gene(0.85, 1.15), f.gene(0.85, 1.1), f.gene(0.1, 0.15)
    dip, strings = f.gene(0.14, 0.3), f.count(7, 10)

    def neck_at(t: float) -> Point:
        x = wide * t
        return x, -height + dip * math.sin(math.pi * t) + height * 0.14 * t - 0.16 * math.sin(
            math.pi * max(t - 0.5, 0) * 2
        )

    for k in range(strings):
        t = (k + 1.2) / (strings + 1.4)
        x, y = neck_at(t)
        f.curve(
            "string",
            [(x, y), (x, -0.1 - (height * 0.74) * t)],
            0.03,
            "light" if k % 4 else "accent",
            sharp=True,
            detail=0.1,
        )
    f.limb(
        "soundboard",
        [(wide * 0.98, neck_at(1.0)[1] + 0.02, w * 1.3), (wide * 0.5, -height * 0.42, w * 2.0), (0.04, -0.12, w * 2.6)],
        join="body",
        bulge=0.6,
    )
    f.limb(
        "pillar",
        [(0, -height + 0.02, w), (0, -height * 0.5, w * 0.85), (0, -0.12, w * 1.15)],
        "second",
        join="pillar",
        gloss=0.2,
    )
    f.limb(
        "neck",
        [(-0.02, -height + 0.02, w * 1.5), *((*neck_at(t), w * 1.35) for t in (0.25, 0.5, 0.75, 1.0))],
        join="body",
    )
    crown, foot = f.pick(("scroll", "ball", "none")), f.gene(0.3, 0.42)
    if crown == "scroll":
        f.ellipse("scroll", -0.02, -height - 0.04, w * 1.15, w * 1.1, "accent", detail=0.2)
        f.has("a scroll on its pillar")
    elif crown == "ball":
        f.ellipse("ball", 0, -height - w * 0.9, w * 0.7, w * 0.7, "accent", detail=0.2, gloss=0.3)
        f.has("a ball on its pillar")
    f.box("foot", -foot * 0.6, -0.14, foot, 0.03, "second", lean=0.06, rounding=0.0)
    for y in (0.94, 0.2):
        f.box("ring", -w * 0.68, -height * y - 0.03, w * 0.68, -height * y + 0.03, "accent", detail=0.5)


def trumpet(f: Figure, *, length: float = 2.0) -> None:
    """A tube that comes back on itself, valves on it, a mouthpiece at the left and a bell at the right."""
    length, bell, w = length * f.gene(0.88, 1.12), f.gene(0.3, 0.46), f.gene(0.1, 0.135)
    half, drop, valves = length / 2, f.gene(0.3, 0.42), f.count(3, 4)
    bend = half * f.gene(0.36, 0.46)
    # the loop below: two round ends, and the tube that closes it
    f.limb("tube", [(-bend, 0.0, w), (-bend - drop * 0.55, drop * 0.2, w), (-bend - drop * 0.62, drop * 0.6, w),
        (-bend - drop * 0.4, drop * 0.95, w), (-bend, drop, w), (0, drop, w), (bend, drop, w),
        (bend + drop * 0.4, drop * 0.95, w), (bend + drop * 0.62, drop * 0.6, w), (bend + drop * 0.55, drop * 0.2, w),
        (bend, 0.0, w)], join="body", gloss=0.5)  # fmt: skip
    f.limb("tube", [(-half, 0, w * 0.8), (0, 0, w), (half * 0.55, 0, w * 1.1)], join="body", gloss=0.5)
    x0, x1 = half * 0.35, half
    f.polygon("bell", [(x0, -w * 0.5), (x0 + (x1 - x0) * 0.5, -w * 0.8), (x0 + (x1 - x0) * 0.78, -bell * 0.42),
        (x0 + (x1 - x0) * 0.93, -bell * 0.74), (x1, -bell), (x1, bell), (x0 + (x1 - x0) * 0.93, bell * 0.74),
        (x0 + (x1 - x0) * 0.78, bell * 0.42), (x0 + (x1 - x0) * 0.5, w * 0.8), (x0, w * 0.5)], join="body", bulge=0.8,
        gloss=0.5)  # fmt: skip
    f.ellipse("bell's mouth", x1, 0, bell * 0.2, bell * 1.02, "main", shade=0.6, bulge=0.2, detail=0.1)
    f.polygon("mouthpiece", [(-half - 0.14, -w * 1.05), (-half - 0.02, -w * 0.55), (-half + 0.12, -w * 0.5),
        (-half + 0.12, w * 0.5), (-half - 0.02, w * 0.55), (-half - 0.14, w * 1.05)], "accent", gloss=0.4)  # fmt: skip
    pressed = f.count(0, 3)
    for k in range(valves):
        x, v = (k - (valves - 1) / 2) * 0.165 - 0.06, 0.055
        up = 0.08 if k == pressed else 0.16
        f.limb("stem", [(x, -0.1, 0.045), (x, -0.18 - up, 0.045)], "metal", join="valve")
        f.ellipse("button", x, -0.2 - up, 0.07, 0.04, "light", join="valve")
        f.box("valve", x - v, -0.16, x + v, drop + 0.1, "second", rounding=0.04, join="valve", bulge=0.8, gloss=0.4)
    f.has(f"{'three' if valves == 3 else 'four'} valves")


def drum(f: Figure, *, height: float = 0.75, width: float = 0.6) -> None:
    """A shell between two hoops under a skin, ropes in zigzag or lugs, and sticks."""
    height, width, view = height * f.gene(0.6, 1.4), width * f.gene(0.9, 1.12), f.gene(0.24, 0.36)
    barrel = width * f.gene(0.98, 1.14)
    profile = [(0.0, width), (height * 0.5, barrel), (height, width)]
    legs, sticks = f.maybe(0.25), f.pick(("crossed", "apart", "none"))
    if legs:
        for s in (-1, 1):
            f.limb("leg", [(s * width * 0.7, -0.2, 0.07), (s * width * 0.9, 0.42, 0.06)], "metal")
        f.limb("leg", [(0, 0, 0.07), (0, 0.5, 0.06)], "metal")
        f.has("legs")
    f.polygon("body", turned(profile, view), bulge=0.85)
    style, turns = f.pick(("ropes", "ropes", "lugs")), f.count(4, 6)
    low, high = height * 0.12, height * 0.88
    if style == "ropes":
        points: list[Point] = []
        for k in range(2 * turns + 1):
            t = math.sin(math.pi * 0.5 * (-1 + k / turns))
            y = high if k % 2 else low
            points.append((t * width * 1.02, -y + width * view * math.sqrt(max(1 - t * t, 0))))
        f.curve("rope", points, 0.035, "light", sharp=True, detail=0.05)
    else:
        for k in range(turns):
            t = math.sin(math.pi * 0.4 * (-1 + 2 * k / (turns - 1)))
            drop = width * view * math.sqrt(1 - t * t)
            f.curve("lug", [(t * width, -low + drop), (t * width, -high + drop)], 0.04, "metal", sharp=True, detail=0.1)
    band(f, "hoop", profile, view, 0.0, 0.14, "second", 0.05)
    band(f, "hoop", profile, view, 0.86, 0.99, "second", 0.05)
    f.ellipse("rim", 0, -height, width * 1.02, width * view * 1.02, "second", bulge=0.1, join="rim")
    f.ellipse("skin", 0, -height, width * 0.92, width * view * 0.88, f.pick(("light", "light", "accent")), bulge=0.1)
    spread = f.pose(0.0, 0.2)
    if sticks != "none":
        for s in (-1, 1):
            x0, x1 = (-0.14 * s, 0.62 * s) if sticks == "crossed" else (0.22 * s, 0.72 * s)
            y0, y1 = -height - (0.0 if sticks == "crossed" else 0.02), -height - 0.5 - spread
            f.limb("stick", [(x0, y0, 0.06), (x1, y1, 0.075)], "wood", detail=0.2)
            f.ellipse("stick's tip", x0, y0, 0.07, 0.06, "accent", detail=0.4)
    f.has("no sticks" if sticks == "none" else "two sticks")

"""What swims: fish and whales from one program; octopus, crab and seahorse from their own."""

from __future__ import annotations

import math
from collections.abc import Callable

from sbirlib.data.world.figure import Figure, Point

Put = Callable[[float, float], Point]
"""From along and across the body to where it is."""

# outlines from the nose (x = .5) to the tail's root (x = -.5): how far up, and how far down, in half depths
PROFILES: dict[str, tuple[list[Point], list[Point]]] = {
    "oval": (
        [(0.5, 0.05), (0.42, 0.5), (0.22, 0.92), (0, 1), (-0.22, 0.7), (-0.4, 0.26), (-0.5, 0.2)],
        [(0.44, 0.38), (0.24, 0.86), (0, 1), (-0.22, 0.7), (-0.4, 0.26), (-0.5, 0.2)],
    ),
    "torpedo": (
        [(0.53, 0.1), (0.38, 0.52), (0.14, 0.95), (-0.08, 0.88), (-0.3, 0.42), (-0.5, 0.14)],
        [(0.42, 0.34), (0.16, 0.9), (-0.08, 0.8), (-0.3, 0.38), (-0.5, 0.14)],
    ),
    "blunt": (
        [(0.5, 0.3), (0.45, 0.78), (0.26, 1.02), (0, 0.94), (-0.2, 0.6), (-0.37, 0.24), (-0.5, 0.1)],
        [(0.5, 0.4), (0.4, 0.92), (0.14, 1.06), (-0.14, 0.78), (-0.34, 0.32), (-0.5, 0.12)],
    ),
    "beaked": (
        [(0.55, 0.0), (0.43, 0.16), (0.36, 0.62), (0.18, 0.96), (0, 0.98), (-0.26, 0.55), (-0.5, 0.14)],
        [(0.54, 0.34), (0.4, 0.5), (0.16, 0.9), (-0.1, 0.82), (-0.3, 0.46), (-0.5, 0.14)],
    ),
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def swimmer(
    f: Figure,
    *,
    depth: float = 0.4,
    profile: str = "oval",
    tail: str = "",
    dorsal: str = "",
    flipper: float = 1.0,
    curl: float = 0.0,
    arch: float = 0.0,
    belly: bool = False,
    gills: bool = False,
    teeth: bool = False,
    scales: bool = False,
    spout: float = 0.0,
) -> None:
    """A swimmer that looks to the right, its body one unit long.

    `curl` lifts the tail's end,
    `arch` bends the whole body; `tail` and `dorsal` (the fin on the back) are some kind, or
    any where they are empty; `spout` is the chance of one.
    """
    d = depth / 2 * f.gene(0.82, 1.2)
    curl *= f.gene(0.8, 1.2)
    curl += f.pose(-0.04, 0.06)
    kinds = tail or f.pick(("fork", "fan", "crescent"))
    back = dorsal or f.pick(("spiny", "round", "triangle"))

    def put(x: float, y: float) -> Point:
        return x, y + arch * 4 * x * x - curl * (max(0.0, 0.15 - x) / 0.65) ** 2

    ups, downs = PROFILES[profile]
    tx, ty = put(-0.48, 0)
    ux, uy = put(-0.38, 0)
    joined = "body" if belly or gills else ""
    slot = "main" if joined else "second"
    back_fin(f, back, d, put, slot, joined)
    with f.at(tx, ty, math.degrees(math.atan2(uy - ty, ux - tx))):
        tail_fin(f, kinds, slot, joined)
    if flipper > 1.2:  # the far one
        x, y = put(0.16, d * 0.7)
        f.blob("far fin", [(x, y), (x + 0.02, y + 0.16 * flipper), (x - 0.06, y + 0.1)], slot, shade=0.7, detail=0.3)
    f.blob(
        "body", [put(x, -y * d) for x, y in ups] + [put(x, y * d) for x, y in reversed(downs)], join="body", bulge=0.9
    )
    if belly:
        low = [put(x * 0.96, y * d * 0.9) for x, y in downs if x > -0.4]
        f.blob(
            "belly", [*low, *(put(x, d * (0.3 + 0.2 * k)) for k, x in enumerate((-0.26, 0.0, 0.26)))], "second",
            detail=0.4
        )  # fmt: skip
    if scales:
        bars = f.count(0, 3)
        for k in range(bars):
            x = 0.12 - 0.17 * k
            high = d * (0.9 - 0.2 * k)
            f.blob(
                "stripe", [put(x, -high), put(x + 0.05, -high * 0.5), put(x + 0.05, high * 0.5), put(x, high),
                           put(x - 0.04, high * 0.5), put(x - 0.04, -high * 0.5)], "accent", detail=0.25, bulge=0.6,
            )  # fmt: skip
        if bars:
            f.has(NUMBERS[bars] + (" bars" if bars > 1 else " bar"))
        for x, y in ((-0.02, -0.3), (-0.02, 0.3), (-0.16, 0.0), (-0.16, -0.45), (-0.28, 0.15)):
            f.curve("scale", [put(x + 0.02, (y - 0.16) * d), put(x - 0.025, y * d),
                              put(x + 0.02, (y + 0.16) * d)], 0.012, detail=0.8)  # fmt: skip
        f.curve("gill", [put(0.25, -0.5 * d), put(0.2, 0), put(0.25, 0.55 * d)], 0.018, detail=0.45)
    if gills:
        for k in range(f.count(3, 5)):
            x = 0.24 - 0.04 * k
            f.curve("gill", [put(x + 0.01, -0.35 * d), put(x - 0.01, 0), put(x + 0.01, 0.4 * d)], 0.014, detail=0.5)
    droop = f.pose(-12, 22)
    x, y = put(0.1, d * (0.42 if profile == "oval" else 0.62))
    with f.at(x, y, droop, flipper):
        f.blob("fin", [(0.06, -0.05), (0.02, 0.06), (-0.1, 0.2), (-0.17, 0.2), (-0.12, 0.06),
                       (-0.04, -0.06)], slot, shade=0.9)  # fmt: skip
    jaw(f, profile, d, put, teeth)
    ex, ey = put(*{"oval": (0.33, -0.22 * d), "blunt": (0.3, 0.15 * d)}.get(profile, (0.36, -0.1 * d)))
    size = f.gene(0.03, 0.044) if profile == "oval" else f.gene(0.018, 0.026)
    f.dot("eye", ex, ey, size, "light", detail=0.2)
    f.dot("pupil", ex + size * 0.2, ey, size * 0.55, detail=0.5)
    if f.maybe(spout):
        sx, sy = put(0.24, -d * 1.0)
        for side in (-1, 0, 1):
            f.curve(
                "spout",
                [(sx, sy), (sx + side * 0.04, sy - 0.17), (sx + side * 0.12, sy - 0.2 + 0.02 * abs(side)),
                 (sx + side * 0.17, sy - 0.1 - 0.1 * (side == 0))],
                0.03,
                "glass",
                detail=0.1,
            )  # fmt: skip
        f.has("a spout of water")


def jaw(f: Figure, profile: str, d: float, put: Put, teeth: bool) -> None:
    """A mouth: a line, or a row of teeth."""
    match profile:
        case "oval":
            f.curve("mouth", [put(0.485, 0.2 * d), put(0.43, 0.26 * d), put(0.4, 0.2 * d)], 0.02, detail=0.3)
        case "blunt":
            f.curve("mouth", [put(0.49, 0.3 * d), put(0.36, 0.45 * d), put(0.22, 0.36 * d),
                              put(0.18, 0.22 * d)], 0.018, detail=0.2)  # fmt: skip
        case "beaked":
            f.curve("mouth", [put(0.54, 0.2 * d), put(0.43, 0.28 * d), put(0.34, 0.16 * d)], 0.014, detail=0.3)
        case _:
            if teeth:
                f.blob("mouth", [put(0.46, 0.2 * d), put(0.36, 0.26 * d), put(0.25, 0.44 * d),
                                 put(0.36, 0.5 * d)], "dark", bulge=0)  # fmt: skip
                zigzag = [put(0.45 - 0.028 * k, d * (0.2 + 0.035 * k + (0.16 if k % 2 else 0.0))) for k in range(7)]
                f.polygon("teeth", zigzag, "light", detail=0.35)


def back_fin(f: Figure, kind: str, d: float, put: Put, slot: str, join: str) -> None:
    """The fin on the back."""
    high = f.gene(0.8, 1.25)
    match kind:
        case "spiny":
            points = [put(0.24, -d * 0.6)]
            for k in range(5):
                x = 0.2 - 0.1 * k
                points += [put(x, -d * 0.95 - 0.12 * high * (1 - 0.1 * k)),
                           put(x - 0.06, -d * 0.9 - 0.06 * high * (1 - 0.12 * k))]  # fmt: skip
            f.polygon("back fin", [*points, put(-0.3, -d * 0.3)], slot)
        case "round":
            f.blob("back fin", [put(0.2, -d * 0.7), put(0.08, -d - 0.1 * high), put(-0.12, -d - 0.1 * high),
                                put(-0.3, -d * 0.6), put(-0.1, -d * 0.5)], slot)  # fmt: skip
        case "small":
            f.blob("back fin", [put(-0.1, -d * 0.7), put(-0.16, -d * 0.8 - 0.03 * high),
                                put(-0.24, -d * 0.75 - 0.04 * high),
                                put(-0.22, -d * 0.5)], slot, join=join)  # fmt: skip
        case "hook":
            f.blob("back fin", [put(0.1, -d * 0.8), put(0.0, -d - 0.07 * high), put(-0.11, -d - 0.15 * high),
                                put(-0.07, -d * 0.9), put(-0.02, -d * 0.6)], slot, join=join)  # fmt: skip
        case _:
            f.polygon("back fin", [put(0.13, -d * 0.75), put(0.03, -d - 0.1 * high), put(-0.06, -d - 0.2 * high),
                                   put(-0.07, -d - 0.06), put(-0.11, -d * 0.6)], slot, join=join)  # fmt: skip


def tail_fin(f: Figure, kind: str, slot: str, join: str) -> None:
    """The fin at the tail's end, which points to the left."""
    with f.at(0, 0, f.pose(-8, 8), f.gene(0.88, 1.15)):
        match kind:
            case "fork":
                f.polygon("tail fin", [(0.06, -0.03), (-0.1, -0.17), (-0.22, -0.22), (-0.13, 0), (-0.22, 0.22),
                                       (-0.1, 0.17), (0.06, 0.03)], slot, join=join)  # fmt: skip
            case "fan":
                f.blob("tail fin", [(0.06, 0), (-0.06, -0.12), (-0.18, -0.2), (-0.24, -0.1), (-0.22, 0.02),
                                    (-0.24, 0.12), (-0.16, 0.2), (-0.06, 0.12)], slot, join=join)  # fmt: skip
            case "shark":
                f.polygon("tail fin", [(0.08, -0.025), (-0.06, -0.14), (-0.2, -0.32), (-0.24, -0.32),
                                       (-0.12, -0.02), (-0.17, 0.17), (-0.14, 0.17),
                                       (0.06, 0.03)], slot, join=join)  # fmt: skip
            case "flukes":
                f.blob("tail fin", [(0.08, 0), (-0.0, -0.05), (-0.09, -0.2), (-0.24, -0.26), (-0.2, -0.1),
                                    (-0.12, 0), (-0.2, 0.1), (-0.24, 0.26), (-0.09, 0.2),
                                    (0, 0.05)], slot, join=join)  # fmt: skip
            case _:
                f.blob("tail fin", [(0.06, 0), (-0.05, -0.1), (-0.16, -0.26), (-0.24, -0.26), (-0.14, 0),
                                    (-0.24, 0.26), (-0.16, 0.26), (-0.05, 0.1)], slot, join=join)  # fmt: skip


def octopus(f: Figure, *, arms: int = 8) -> None:
    """A head, arms all around below it, and two eyes."""
    w, h = f.gene(0.27, 0.37), f.gene(0.32, 0.46)
    long, curly = f.gene(0.6, 0.9), f.gene(0.3, 1.0)
    sway = f.pose(-12, 12)
    order = [k for k in range(arms) if k % 2] + [k for k in range(arms) if not k % 2]
    for k in order:
        far = k % 2 == 1
        t = (k / (arms - 1)) * 2 - 1  # -1 left .. 1 right
        a = math.radians(90 - 68 * t + sway * 0.4)
        side = 1 if t > 0 else -1
        out = long * (0.92 if far else 1.0) * (0.85 + 0.2 * abs(t))
        x0, y0 = t * w * 0.62, h * 0.42
        way, x, y = [], x0, y0
        for step, width in enumerate((0.16, 0.14, 0.115, 0.085, 0.06, 0.03)):
            way.append((x, y, width))
            heading = a + side * math.radians(16) - side * math.radians(95 * curly) * (step / 5) ** 2
            x, y = x + math.cos(heading) * out / 5, y + math.sin(heading) * out / 5
        f.limb("arm", way, "far" if far else "main", join="far" if far else "body", shade=0.72 if far else 1.0)
        if not far:
            for step in (1, 3):
                x, y, width = way[step]
                f.dot("sucker", x - side * width * 0.18, y + width * 0.12, width * 0.2, "second", detail=0.8)
    f.blob(
        "head",
        [(0, -h), (w * 0.72, -h * 0.82), (w, -h * 0.25), (w * 0.74, h * 0.3), (w * 0.78, h * 0.62), (0, h * 0.74),
         (-w * 0.78, h * 0.62),
         (-w * 0.74, h * 0.3), (-w, -h * 0.25), (-w * 0.72, -h * 0.82)],
        join="body",
        bulge=0.95,
    )  # fmt: skip
    look, size = f.pose(-0.25, 0.25), f.gene(0.2, 0.3)
    for side in (-1, 1):
        f.dot("eye", side * w * 0.38, h * 0.16, w * size, "light", detail=0.0)
        f.dot("pupil", side * w * 0.38 + w * size * look, h * 0.18, w * size * 0.5, detail=0.2)
    f.curve("mouth", [(-w * 0.18, h * 0.5), (0, h * 0.56), (w * 0.18, h * 0.5)], 0.02, detail=0.6)


def crab(f: Figure, *, legs: int = 3) -> None:
    """A broad shell, two claws held up, legs to both sides, eyes on stalks."""
    w, h = f.gene(0.42, 0.54), f.gene(0.25, 0.34)
    claw, spread = f.gene(0.8, 1.25), f.gene(0.9, 1.15)
    larger = f.pick((-1, 0, 1))
    stalk = f.gene(0.1, 0.24)
    for side in (-1, 1):
        for k in range(legs):
            y, out = h * (0.1 + 0.28 * k), spread * (0.46 - 0.08 * k)
            way = [(side * w * (0.85 - 0.1 * k), y, 0.075), (side * (w * 0.85 + out * 0.62), y - 0.06 + 0.05 * k, 0.07),
                   (side * (w * 0.8 + out), y + 0.2 + 0.03 * k, 0.03)]  # fmt: skip
            f.limb("leg", way, shade=0.85, detail=0.1 * k)
        raise_ = f.pose(-14, 14)
        x, y = side * w * 1.02, -h * 0.75
        f.limb(
            "claw's arm",
            [(side * w * 0.75, -h * 0.15, 0.1), (side * w * 1.12, -h * 0.25, 0.1), (x + side * 0.06, y, 0.1)],
        )
        size = claw * (1.25 if side == larger else 0.95)
        with f.at(x + side * 0.06, y, side * (18 + raise_), size, flip=side < 0):
            f.blob(
                "claw",
                [(-0.06, 0.04), (-0.17, -0.12), (-0.15, -0.3), (-0.02, -0.42), (-0.05, -0.27), (-0.0, -0.17),
                 (0.06, -0.26), (0.1, -0.38),
                 (0.16, -0.22), (0.1, -0.04)],
                "main",
                gloss=0.3,
            )  # fmt: skip
        f.curve("eye stalk", [(side * w * 0.26, -h * 0.6), (side * w * 0.3, -h - stalk)], 0.035, "main")
        f.dot("eye", side * w * 0.3, -h - stalk, 0.062, "light", detail=0.0)
        f.dot("pupil", side * w * 0.3, -h - stalk, 0.032, detail=0.3)
    f.blob(
        "shell",
        [(0, -h * 0.92), (w * 0.55, -h * 0.86), (w * 0.98, -h * 0.35), (w * 0.82, h * 0.42), (w * 0.4, h * 0.8),
         (0, h * 0.86), (-w * 0.4, h * 0.8),
         (-w * 0.82, h * 0.42), (-w * 0.98, -h * 0.35), (-w * 0.55, -h * 0.86)],
        bulge=0.95,
        gloss=0.3,
    )  # fmt: skip
    f.curve("mouth", [(-w * 0.28, h * 0.28), (0, h * 0.42), (w * 0.28, h * 0.28)], 0.022, detail=0.4)
    for k in range(f.count(0, 3)):
        f.dot("spot", w * (-0.45 + 0.3 * k), -h * (0.35 + 0.1 * (k % 2)), 0.035, "second", detail=0.6)
    if larger:
        f.has("one large claw")


def seahorse(f: Figure) -> None:
    """An S of a body on a coiled tail, a long snout, a fin on the back."""
    fat, coil = f.gene(0.85, 1.2), f.gene(0.8, 1.15)
    f.blob("back fin", [(-0.12, -0.1), (-0.34, -0.2), (-0.38, -0.02), (-0.3, 0.14), (-0.1, 0.12)], "second", bulge=0.3)
    way = [(0.02, -0.52, 0.17), (-0.08, -0.36, 0.19 * fat), (0.0, -0.12, 0.29 * fat), (0.03, 0.1, 0.27 * fat),
           (-0.04, 0.32, 0.17 * fat),
           (-0.08, 0.5, 0.12), (0.02, 0.66, 0.1), (0.18, 0.66, 0.085), (0.24, 0.54 + 0.03 * coil, 0.07),
           (0.15, 0.48, 0.06), (0.1, 0.55, 0.05)]  # fmt: skip
    f.limb("body", way, join="body")
    for k in range(f.count(4, 6)):
        y = -0.26 + 0.12 * k
        f.curve("ring", [(-0.06, y + 0.03), (0.04, y + 0.05), (0.13, y)], 0.016, detail=0.6)
    f.polygon("crown", [(-0.08, -0.6), (-0.16, -0.76), (-0.04, -0.7), (0.0, -0.84), (0.06, -0.7), (0.14, -0.76),
                        (0.12, -0.6)], "second", detail=0.2)  # fmt: skip
    with f.at(0.04, -0.56, f.pose(-4, 18)):
        f.limb("snout", [(0.05, 0.02, 0.12), (0.2, 0.07, 0.07), (0.33, 0.11, 0.085)], join="body")
        f.ellipse("head", 0, 0, 0.145, 0.13, join="body")
        f.dot("eye", 0.04, -0.02, 0.042, "light", detail=0.1)
        f.dot("pupil", 0.05, -0.02, 0.022, detail=0.4)

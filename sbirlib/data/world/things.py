"""Household objects that share little but the house: eyeglasses, clocks, ladders, envelopes, light bulbs."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.profiles import turned


def eyeglasses(f: Figure, *, lens: float = 0.4) -> None:
    """Two panes in rims, a bridge between them, and arms that reach back to the ears."""
    shape = f.pick(("round", "square", "wide", "winged"))
    lens, tall, rim = lens * f.gene(0.85, 1.15), f.gene(0.75, 1.0), f.gene(0.055, 0.1)
    dark, apart, back = f.maybe(0.3), f.gene(0.08, 0.2), f.gene(0.24, 0.5)
    if shape == "wide":
        tall *= 0.68
    for s, turn in ((1, False), (-1, True)):
        out = apart + 2 * lens
        f.limb("arm", [(s * (out - 0.03), -lens * tall * 0.35, 0.1),
            (s * (out + back * 0.5), -lens * tall * 0.5 - back * 0.3, 0.085),
            (s * (out + back * 0.92), -lens * tall * 0.5 - back * 0.42, 0.08),
            (s * (out + back * 1.1), -lens * tall * 0.3, 0.075)], "far", shade=0.85)  # fmt: skip
        with f.at(s * (apart + lens), 0, flip=turn):
            for name, slot, k in (("rim", "main", 1.0), ("pane", "dark" if dark else "glass", 1 - 2 * rim / lens)):
                a, b = lens * k, lens * tall * k
                if shape == "square":
                    f.box(name, -a, -b, a, b, slot, rounding=0.4 * a, bulge=0.2, gloss=0.4)
                elif shape == "winged":
                    f.blob(name, [(-a, -b * 0.3), (-a * 0.7, -b * 0.86), (0, -b * 0.9), (a * 0.8, -b * 1.1),
                        (a * 1.24, -b * 1.2), (a * 1.0, -b * 0.1), (a * 0.6, b * 0.75), (0, b * 0.95),
                        (-a * 0.66, b * 0.7)], slot, bulge=0.2, gloss=0.4)  # fmt: skip
                else:
                    f.ellipse(name, 0, 0, a, b, slot, bulge=0.2, gloss=0.4)
            f.curve(
                "gleam",
                [(-lens * 0.35, lens * tall * 0.1), (lens * 0.05, -lens * tall * 0.42)],
                0.04,
                "light",
                sharp=True,
                detail=0.5,
            )
    f.limb(
        "bridge",
        [(-apart - 0.06, -0.03, rim * 0.9), (0, -0.11, rim * 0.9), (apart + 0.06, -0.03, rim * 0.9)],
        "main",
        join="",
    )
    f.has({"round": "round panes", "square": "square panes", "wide": "narrow panes", "winged": "winged panes"}[shape])
    if dark:
        f.has("dark glasses")


def clock(f: Figure, *, size: float = 0.6) -> None:
    """A dial with hands: with bells and feet, in a case with a pendulum, round or square on the wall."""
    style, ticks = f.pick(("alarm", "round", "square", "pendulum")), f.pick((4, 12))
    r, rim = size, size * f.gene(0.14, 0.26)
    face, hands = f.pick((("light", "dark"), ("light", "dark"), ("second", "accent")))
    turn, hour = f.pose(0, 360), f.pose(0, 360)
    legs, bells = f.gene(0.28, 0.4), f.gene(0.2, 0.3)
    if style == "alarm":
        for s in (-1, 1):
            f.limb("foot", [(s * r * 0.5, r * 0.7, 0.13), (s * r * (0.6 + legs), r * 1.16, 0.1)], "second")
            f.limb("bell's post", [(s * r * 0.4, -r * 0.8, 0.07), (s * r * 0.62, -r * 1.2, 0.07)], "metal", detail=0.4)
            with f.at(s * r * 0.62, -r * 1.1, s * 30):
                f.blob(
                    "bell",
                    [
                        (-bells, 0.04),
                        (-bells * 0.85, -bells * 0.6),
                        (0, -bells),
                        (bells * 0.85, -bells * 0.6),
                        (bells, 0.04),
                        (0, 0.07),
                    ],
                    "accent",
                    gloss=0.3,
                )
        f.limb("hammer", [(0, -r * 0.9, 0.05), (0, -r * 1.3, 0.09)], "metal", detail=0.35)
        f.has("two bells")
    elif style == "pendulum":
        swing = f.pose(-0.14, 0.14)
        f.box("case", -r * 0.72, r * 0.5, r * 0.72, r * 2.4, "second", rounding=0.05)
        f.box("door", -r * 0.5, r * 0.9, r * 0.5, r * 2.2, "dark", shade=1.6, detail=0.3)
        f.curve("pendulum", [(0, r * 0.9), (swing, r * 1.8)], 0.05, "metal", sharp=True, detail=0.1)
        f.ellipse("bob", swing, r * 1.86, 0.12, 0.12, "accent", detail=0.05, gloss=0.3)
        f.has("a pendulum")
    if style == "square":
        f.box("rim", -r, -r, r, r, rounding=r * 0.3, bulge=0.4)
        f.box("face", -r + rim, -r + rim, r - rim, r - rim, face, rounding=r * 0.2, bulge=0.1)
    else:
        f.ellipse("rim", 0, 0, r, r, bulge=0.5)
        f.ellipse("face", 0, 0, r - rim, r - rim, face, bulge=0.1)
    inner = r - rim
    for k in range(ticks):
        a = 2 * math.pi * k / ticks
        u, v = math.sin(a), math.cos(a)
        long = 0.74 if k % (ticks // 4) == 0 else 0.84
        f.curve(
            "mark",
            [(u * inner * long, v * inner * long), (u * inner * 0.92, v * inner * 0.92)],
            0.035,
            hands,
            sharp=True,
            detail=0.3 if ticks == 4 else 0.5,
        )
    for name, angle, long, w in (("hour hand", hour, 0.46, 0.06), ("minute hand", turn, 0.7, 0.042)):
        a = math.radians(angle)
        f.limb(
            name,
            [
                (-math.sin(a) * 0.05, math.cos(a) * 0.05, w),
                (math.sin(a) * inner * long, -math.cos(a) * inner * long, w * 0.7),
            ],
            hands,
        )
    f.dot("pin", 0, 0, 0.05, hands, detail=0.4)


def ladder(f: Figure, *, height: float = 2.0) -> None:
    """Two rails and the rungs between them; some have a second pair of legs to stand on."""
    height, wide, top = height * f.gene(0.85, 1.15), f.gene(0.3, 0.42), f.gene(0.7, 1.0)
    rungs, folding, w = f.count(4, 7), f.maybe(0.4), f.gene(0.085, 0.12)
    lean = f.pose(0.1, 0.3) + 0.1
    if folding:
        for s in (-1, 1):
            f.limb(
                "leg",
                [(s * wide * top * 0.9, -height, w * 0.8), (s * wide * 0.9 + lean, -0.08, w * 0.8)],
                "second",
                shade=0.8,
            )
        f.limb(
            "brace",
            [(-wide * 0.92 + lean * 0.6, -height * 0.35, w * 0.6), (wide * 0.92 + lean * 0.6, -height * 0.35, w * 0.6)],
            "second",
            shade=0.8,
            detail=0.35,
        )
        f.has("a second pair of legs")
    for k in range(rungs):
        t = (k + 0.6) / (rungs + 0.2)
        x = wide * (1 - t + t * top)
        f.limb("rung", [(-x, -height * t, w * 0.85), (x, -height * t, w * 0.85)], "main", join="body")
    for s in (-1, 1):
        f.limb("rail", [(s * wide, 0, w * 1.1), (s * wide * top, -height, w * 1.05)], "main", join="body")
        if folding:
            f.box("foot", s * wide - w * 0.7, -0.05, s * wide + w * 0.7, 0.07, "dark", detail=0.5)
    if folding:
        f.box("platform", -wide * top - 0.1, -height - 0.1, wide * top + 0.1, -height + 0.04, "accent", rounding=0.03)
    f.has(f"{('four', 'five', 'six', 'seven')[rungs - 4]} rungs")


def envelope(f: Figure, *, width: float = 1.5) -> None:
    """From behind, with its flap shut by a seal or open over a letter; or from before, with stamp and address."""
    w, h = width * f.gene(0.88, 1.12) / 2, f.gene(0.42, 0.56)
    side, deep = f.pick(("shut", "open", "front")), f.gene(0.1, 0.3)
    lines, out = f.count(2, 3), f.gene(0.3, 0.6)
    if side == "open":
        f.polygon("flap", [(-w, -h), (0, -h - h * 1.0 - deep * 0.4), (w, -h)], shade=0.75, bulge=0.1)
        f.box("letter", -w * 0.86, -h - h * out, w * 0.86, h * 0.4, "light", bulge=0.1)
        for k in range(lines):
            y = -h - h * out + 0.12 + 0.12 * k
            f.curve("line of writing", [(-w * 0.66, y), (w * 0.6, y)], 0.03, "dark", sharp=True, detail=0.5)
        f.polygon("body", [(-w, -h), (0, h * 0.15), (w, -h), (w, h), (-w, h)], bulge=0.1)
        for s in (-1, 1):
            f.curve("fold", [(s * w, h), (s * w * 0.2, -h * 0.0 + 0.02)], 0.025, "dark", sharp=True, detail=0.3)
    else:
        f.box("body", -w, -h, w, h, bulge=0.15)
    if side == "shut":
        for s in (-1, 1):
            f.curve("fold", [(s * w, h), (s * w * 0.16, 0.02)], 0.025, "dark", sharp=True, detail=0.35)
        f.polygon(
            "flap", [(-w, -h), (w, -h), (w * 0.12, deep), (0, deep + 0.03), (-w * 0.12, deep)], shade=0.93, bulge=0.1
        )
        f.ellipse("seal", 0, deep - 0.02, 0.12, 0.12, "second", detail=0.3)
    elif side == "front":
        f.box("stamp", w * 0.55, -h * 0.8, w * 0.88, -h * 0.2, "second", detail=0.15)
        f.dot("head on the stamp", w * 0.715, -h * 0.5, 0.07, "accent", detail=0.6)
        for k in range(3):
            y = h * (0.02 + 0.26 * k)
            f.curve(
                "line of writing", [(-w * 0.25, y), (w * (0.6 - 0.14 * k), y)], 0.04, "dark", sharp=True, detail=0.3
            )
        for k in range(2):
            f.curve(
                "line of writing",
                [(-w * 0.85, -h * (0.75 - 0.22 * k)), (-w * 0.4, -h * (0.75 - 0.22 * k))],
                0.03,
                "dark",
                sharp=True,
                detail=0.5,
            )
    f.has({"shut": "a seal", "open": "a letter in it", "front": "a stamp"}[side])


def bulb(f: Figure, *, globe: float = 0.45) -> None:
    """A glass globe with a wire in it, on a screw; some shine."""
    globe, neck = globe * f.gene(0.85, 1.12), f.gene(0.19, 0.24)
    long, slim = globe * f.gene(1.0, 1.5), f.gene(0.55, 0.85)
    screw, shines, wire = f.gene(0.3, 0.42), f.maybe(0.4), f.pick(("loop", "zigzag"))
    if shines:
        for k in range(9):
            a = math.radians(-200 + 27.5 * k)
            u, v = math.cos(a), math.sin(a)
            y = -long * 1.15 - 0.1
            f.curve(
                "ray",
                [(u * globe * 1.3, y + v * globe * 1.3), (u * globe * 1.65, y + v * globe * 1.65)],
                0.05,
                "glow",
                sharp=True,
                detail=0.25,
            )
        f.has("rays of light")
    # the globe's outline: from the screw outwards, then half an ellipse
    y0 = -long * 1.15 - 0.1
    arch = [
        (globe * math.cos(a), y0 - globe * math.sin(a) * (1.0 + 0.1 * slim))
        for a in (math.pi * k / 8 for k in range(-1, 10))
    ]
    f.blob(
        "globe", [(neck * 0.95, 0.0), (neck, -0.16), *arch, (-neck, -0.16), (-neck * 0.95, 0.0)], bulge=0.9, gloss=0.6
    )
    f.curve("support", [(-0.07, 0.0), (-0.12, -long * 0.85)], 0.03, "dark", sharp=True, detail=0.35)
    f.curve("support", [(0.07, 0.0), (0.12, -long * 0.85)], 0.03, "dark", sharp=True, detail=0.35)
    top = -long * 0.85
    points: list[Point] = [(-0.12 + 0.24 * k / 6, top - (0.16 if k % 2 else 0.0)) for k in range(7)]
    if wire == "loop":
        points = [(-0.12, top), (-0.2, top - 0.14), (0, top - 0.06), (0.2, top - 0.14), (0.12, top)]
    f.curve("wire", points, 0.035, "glow" if shines else "dark", sharp=wire == "zigzag", detail=0.2)
    f.polygon(
        "screw",
        turned([(-screw, neck * 0.8), (-screw * 0.5, neck * 1.02), (0.02, neck * 1.05)], 0.2),
        "second",
        bulge=0.8,
        gloss=0.4,
    )
    for k in range(3):
        y = screw * (0.2 + 0.28 * k)
        f.curve(
            "thread", [(-neck * 1.04, y - 0.02), (0, y + 0.05), (neck * 1.04, y + 0.01)], 0.035, "dark", detail=0.25
        )
    f.ellipse("contact", 0, screw + neck * 0.2, neck * 0.45, 0.06, "dark", detail=0.3)

"""Small animals: snail and turtle carry their houses; bat, frog and snake."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point


def shelled(f: Figure, *, shell: str = "spiral", legs: bool = False) -> None:
    """What carries its house: a snail's `spiral`, a turtle's `dome`."""
    long, tall = f.gene(0.9, 1.12), f.gene(0.85, 1.2)
    stretch, nod = f.gene(0.8, 1.25), f.pose(-14, 16)
    if shell == "spiral":
        r = 0.34 * tall
        hx, hy = 0.5 * long + 0.04, -0.12 - 0.2 * stretch
        for side, lean in ((1, 14), (-1, -16)):
            with f.at(hx + 0.04, hy - 0.02, lean + nod):
                f.curve(
                    "feeler",
                    [(0, 0), (0.02, -0.12), (0.0, -0.24 * stretch)],
                    0.035,
                    "main",
                    shade=1.0 if side < 0 else 0.8,
                )
                f.dot("eye", 0, -0.25 * stretch, 0.04, "dark", detail=0.2)
        f.blob(
            "body",
            [(-0.62 * long, 0.06), (-0.3, -0.1), (0.2, -0.1), (0.36 * long, -0.14), (hx - 0.1, hy - 0.04),
             (hx + 0.03, hy - 0.11), (hx + 0.12, hy - 0.01),
             (hx + 0.07, 0.0), (0.44 * long, 0.1), (-0.1, 0.11), (-0.5 * long, 0.11)],
        )  # fmt: skip
        f.curve("mouth", [(hx + 0.1, hy + 0.03), (hx + 0.04, hy + 0.05)], 0.018, detail=0.6)
        cx, cy = -0.1, -0.02 - r * 0.82
        f.ellipse("shell", cx, cy, r * 1.02, r, "second", bulge=1.0, gloss=0.3)
        turns = f.pick((1.6, 2.1, 2.6))
        spiral = []
        steps = int(turns * 8)
        for k in range(steps + 1):
            a, out = 0.9 + 2 * math.pi * turns * k / steps, r * (0.96 - 0.9 * k / steps)
            spiral.append((cx + math.cos(a) * out, cy + math.sin(a) * out))
        f.curve("spiral", spiral, 0.03)
        return
    w, h = 0.5 * long, 0.4 * tall
    hx, hy = w * 1.02 + 0.14 * stretch, -0.08 - 0.1 * stretch
    step = f.pose(-0.07, 0.07)
    for x, lean in ((-0.26, 1), (0.36, -1)):
        f.limb("far leg", [(x * long, -0.04, 0.16), (x * long + lean * step, 0.18, 0.14)], "far", shade=0.7, detail=0.2)
    f.polygon("tail", [(-w * 0.9, -0.1), (-w * 1.22, 0.06), (-w * 0.85, 0.06)], detail=0.2)
    f.limb("neck", [(w * 0.7, -0.02, 0.17), (hx, hy, 0.13)], join="body")
    with f.at(hx, hy, nod):
        f.ellipse("head", 0.05, -0.02, 0.15, 0.115, join="body")
        f.dot("eye", 0.09, -0.05, 0.034, "light", detail=0.2)
        f.dot("pupil", 0.095, -0.05, 0.018, detail=0.4)
        f.curve("mouth", [(0.19, 0.02), (0.1, 0.045)], 0.016, detail=0.4)
    if legs:
        for x, lean in ((-0.36, -1), (0.26, 1)):
            f.limb("leg", [(x * long, -0.02, 0.19), (x * long + lean * (step + 0.02), 0.2, 0.16)])
            f.ellipse("foot", x * long + lean * (step + 0.02) + 0.03, 0.24, 0.1, 0.05, detail=0.5)
    f.blob(
        "rim",
        [(-w, -0.06), (0, -0.09), (w, -0.06), (w * 1.02, 0.02), (0.5 * w, 0.08), (-0.5 * w, 0.08), (-w * 1.02, 0.02)],
        "accent",
        bulge=0.6,
    )
    f.blob(
        "shell",
        [(-w * 0.98, -0.03), (-w * 0.88, -h * 0.5), (-w * 0.5, -h * 0.94), (0, -h * 1.08), (w * 0.5, -h * 0.94),
         (w * 0.88, -h * 0.5), (w * 0.98, -0.03),
         (0, -0.0)],
        "second",
        bulge=0.95,
        gloss=0.2,
    )  # fmt: skip
    plates = f.count(1, 3)
    for k in range(plates):
        x = (k - (plates - 1) / 2) * w * 0.52
        s = w * (0.32 if plates == 1 else 0.22)
        f.polygon(
            "plate", [(x - s, -h * 0.5), (x - s * 0.55, -h * 0.82), (x + s * 0.55, -h * 0.82), (x + s, -h * 0.5),
                      (x + s * 0.55, -h * 0.2), (x - s * 0.55, -h * 0.2)],
            "accent", detail=0.3, bulge=0.5,
        )  # fmt: skip


def flier(f: Figure) -> None:
    """A bat: wings of skin between fingers, pointed ears, a small body between them."""
    span, tall = f.gene(0.7, 0.95), f.gene(0.85, 1.15)
    flap, ears, scallops = f.pose(-0.22, 0.2), f.gene(0.16, 0.28), f.count(2, 4)
    for side in (-1, 1):
        wrist, tip = (side * span * 0.48, -0.3 * tall + flap * 0.5), (side * span * 1.08, -0.06 + flap * 1.2)
        low: list[Point] = []
        ribs: list[Point] = []
        for k in range(scallops):  # from the tip back to the body: hollows, and points between them
            for t, drop in (((k + 0.5) / scallops, -0.03), ((k + 1) / scallops, 0.13)):
                x, y = tip[0] + (side * 0.1 - tip[0]) * t, tip[1] + (0.16 - tip[1]) * t
                low.append((x, y + drop * tall))
            if k < scallops - 1:
                ribs.append(low[-1])
        f.polygon("wing", [(side * 0.07, -0.12), (side * span * 0.2, -0.2 * tall + flap * 0.2),
                           wrist, (side * span * 0.82, -0.24 * tall + flap),
                           tip, *low, (side * 0.08, 0.2)], bulge=0.3)  # fmt: skip
        for x, y in ribs:
            f.curve(
                "finger", [wrist, ((wrist[0] + x) / 2 + side * 0.03, (wrist[1] + y) / 2), (x, y)], 0.02, detail=0.35
            )
        f.polygon("foot", [(side * 0.03, 0.3 * tall), (side * 0.1, 0.44 * tall),
                           (side * 0.11, 0.3 * tall)], "dark", detail=0.4)  # fmt: skip
        f.blob("ear", [(side * 0.02, -0.3), (side * 0.07, -0.36 - ears), (side * 0.11, -0.38 - ears),
                       (side * 0.16, -0.24)], "second", join="head")  # fmt: skip
    f.ellipse("body", 0, 0.09, 0.14, 0.28 * tall, "second", join="head")
    f.ellipse("head", 0, -0.24, 0.165, 0.15, "second", join="head")
    for side in (-1, 1):
        f.dot("eye", side * 0.065, -0.27, 0.04, "light", detail=0.1)
        f.dot("pupil", side * 0.065, -0.265, 0.02, detail=0.3)
        f.polygon("fang", [(side * 0.02, -0.17), (side * 0.06, -0.17), (side * 0.04, -0.11)], "light", detail=0.4)
    f.curve("mouth", [(-0.08, -0.18), (0, -0.165), (0.08, -0.18)], 0.018, detail=0.5)


def frog(f: Figure) -> None:
    """It sits and looks at you: eyes on top of a broad head, hind legs folded at its sides."""
    w, h = f.gene(0.36, 0.46), f.gene(0.2, 0.27)
    fat, eye, smile = f.gene(0.85, 1.15), f.gene(0.1, 0.15), f.gene(-0.02, 0.09)
    splay = f.pose(0.0, 0.1)
    for side in (-1, 1):
        f.ellipse("foot", side * (w * 1.12 + splay), 0.47, 0.19, 0.05, shade=0.9, detail=0.2)
        f.ellipse("hind leg", side * (w * 0.92 + splay * 0.5), 0.25, 0.18, 0.25, angle=-side * 24, shade=0.92)
    f.blob("body", [(-w * 0.72, -0.04), (-w * 0.78 * fat, 0.25), (-w * 0.5, 0.47), (0, 0.5), (w * 0.5, 0.47),
                    (w * 0.78 * fat, 0.25), (w * 0.72, -0.04), (0, -0.2)], join="body")  # fmt: skip
    f.ellipse("belly", 0, 0.27, w * 0.46 * fat, 0.2, "second", detail=0.35)
    for side in (-1, 1):
        f.limb("fore leg", [(side * w * 0.58, 0.14, 0.12), (side * w * 0.62, 0.32, 0.1), (side * w * 0.46, 0.46, 0.1)])
        for toe in (-1, 0, 1):
            f.ellipse("toe", side * w * 0.44 + 0.065 * toe, 0.5, 0.038, 0.035, detail=0.4)
    f.blob("head", [(0, -h * 1.02), (w * 0.6, -h * 0.9), (w, -h * 0.1), (w * 0.8, h * 0.55), (0, h * 0.82),
                    (-w * 0.8, h * 0.55), (-w, -h * 0.1), (-w * 0.6, -h * 0.9)], join="body", bulge=0.9)  # fmt: skip
    for side in (-1, 1):
        x, y = side * w * 0.56, -h * 0.95
        f.ellipse("eye's bump", x, y, eye * 1.3, eye * 1.3, join="body")
        f.dot("eye", x, y - eye * 0.1, eye * 0.9, "light", detail=0.0)
        f.ellipse("pupil", x, y - eye * 0.1, eye * 0.52, eye * 0.3, "dark", detail=0.15)
        f.dot("nostril", side * w * 0.1, -h * 0.25, 0.014, detail=0.7)
    f.curve(
        "mouth",
        [
            (-w * 0.78, h * 0.02 - smile),
            (-w * 0.4, h * 0.3),
            (0, h * 0.4),
            (w * 0.4, h * 0.3),
            (w * 0.78, h * 0.02 - smile),
        ],
        0.024,
        detail=0.05,
    )
    for k in range(f.count(0, 3)):
        f.dot("spot", w * (-0.3 + 0.3 * k), -h * (0.62 if k % 2 else 0.5), 0.035, "second", detail=0.55)


def snake(f: Figure) -> None:
    """Waves, or coils with a raised head; a forked tongue."""
    fat, coiled = f.gene(0.1, 0.16), f.maybe(0.4)
    rattle, high = f.maybe(0.25), f.gene(0.12, 0.22)
    bends = f.count(2, 4)
    if coiled:
        for k, (w, y) in enumerate(((0.46, 0.0), (0.37, -0.12), (0.28, -0.23))):
            f.limb(
                "coil",
                [(-w, y, fat), (-w * 0.5, y + 0.1, fat * 1.1), (w * 0.5, y + 0.1, fat * 1.1), (w, y, fat)],
                shade=0.9 + 0.05 * k,
            )
        tip = (-0.66, -0.06)
        f.limb("tail", [(-0.3, 0.12, fat), (-0.52, 0.1, fat * 0.7), (*tip, fat * 0.35)])
        way = [(-0.05, -0.2, fat), (-0.12, -0.42, fat), (0.04, -0.6 - high, fat * 0.95), (0.22, -0.6 - high, fat)]
    else:
        way = []
        steps = bends * 4
        for k in range(steps + 1):
            t = k / steps
            x = -0.8 + 1.5 * t
            way.append(
                (
                    x,
                    -math.sin(math.pi * bends * t) * high * (0.4 + 0.6 * min(1, 3 * (1 - t))),
                    fat * min(1.0, 0.3 + 2.2 * t),
                )
            )
        tip = way[0][:2]
    f.limb("body", way, join="body")
    if rattle:
        for k in range(3):
            f.ellipse("rattle", tip[0] - 0.05 * k, tip[1] - 0.03 * k, 0.04, 0.045, "light", detail=0.3)
        f.has("a rattle")
    x, y, _ = way[-1]
    with f.at(x, y, f.pose(-14, 12)):
        f.curve("tongue", [(0.15, 0.01), (0.27, 0.02), (0.34, -0.03)], 0.02, "accent", detail=0.1)
        f.curve("tongue", [(0.27, 0.02), (0.34, 0.06)], 0.02, "accent", detail=0.3)
        f.blob("head", [(-0.1, -0.05), (0.02, -fat * 0.72), (0.14, -fat * 0.42), (0.2, 0.0), (0.14, fat * 0.42),
                        (0.02, fat * 0.66), (-0.1, 0.05)], join="body")  # fmt: skip
        f.dot("eye", 0.06, -fat * 0.3, 0.03, "light", detail=0.1)
        f.dot("pupil", 0.065, -fat * 0.3, 0.016, detail=0.4)

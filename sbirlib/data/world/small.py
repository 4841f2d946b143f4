"""Insects and other small animals: bee and ant, butterfly, spider, snail and turtle, bat, frog, snake."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def insect(
    f: Figure,
    *,
    above: bool = False,
    abdomen: float = 0.5,
    abdomen_width: float = 0.32,
    thorax: float = 0.2,
    waist: float = 0.0,
    head: float = 0.14,
    wings: str = "",
    wing_length: float = 0.55,
    bands: bool = False,
    spots: bool = False,
    sting: bool = False,
    cases: bool = False,
    leg: float = 0.3,
) -> None:
    """Head, thorax and abdomen along x, the head to the right; seen from the side, or from `above`.

    `wings` are `round` or `long`; `cases` are a beetle's, which cover the abdomen; `waist` is a thin stretch between
    thorax and abdomen.
    """
    abdomen *= f.gene(0.88, 1.15)
    aw = abdomen_width / 2 * f.gene(0.85, 1.18)
    thorax *= f.gene(0.9, 1.12)
    head *= f.gene(0.88, 1.15)
    leg *= f.gene(0.85, 1.2)
    wing_length *= f.gene(0.85, 1.15)
    back, lift = -thorax * 0.45 - waist, f.pose(-6, 14)
    droop = 0.0 if above else f.pose(0, 8)
    stripes, dots = f.count(2, 4), f.count(2, 4)
    sides = (-1, 1) if above else (1, 0.6)
    hx = thorax * 0.5 + head * 0.72
    for side in sides:  # legs: to both sides, or all down
        for k, x in enumerate((-0.55, -0.05, 0.45)):
            x0, y0 = x * thorax, thorax * 0.3 * (side if above else 1)
            out = (k - 1.1) * leg * 0.7
            y1, y2 = (side * leg * 0.55, side * leg) if above else (y0 + leg * 0.4, y0 + leg)
            shift = 0.0 if above or side == 1 else 0.05
            f.curve(
                "leg",
                [(x0 + shift, y0), (x0 + out * 0.7 + shift, y0 * 0.3 + y1), (x0 + out + shift + 0.04, y0 * 0.3 + y2)],
                0.03,
                shade=1.0 if side else 0.7,
                detail=0.15,
            )
    for side in (-1, 1):
        y = side * head * 0.35 if above else -head * 0.5
        reach = head * (1.0 if side > 0 else 0.8)
        f.curve(
            "antenna",
            [(hx + head * 0.3, y), (hx + head * 0.7, y + (side * reach * 0.8 if above else -reach)),
             (hx + head * (1.4 if side > 0 else 1.1), y + (side * reach * 1.1 if above else -reach * 0.9))],
            0.022,
            detail=0.2,
        )  # fmt: skip
    if above and not cases:
        insect_wings(f, wings, wing_length, lift, thorax, above=True)
    with f.at(back, 0, -droop):
        if sting:
            f.polygon("sting", [(-abdomen * 0.92, -aw * 0.22), (-abdomen * 1.18, 0), (-abdomen * 0.92, aw * 0.22)], "dark", detail=0.3)  # fmt: skip
        f.blob(
            "abdomen",
            [(0.04, -aw * 0.45), (-abdomen * 0.25, -aw * 0.95), (-abdomen * 0.55, -aw), (-abdomen * 0.88, -aw * 0.55), (-abdomen, 0),
             (-abdomen * 0.88, aw * 0.55), (-abdomen * 0.55, aw), (-abdomen * 0.25, aw * 0.95), (0.04, aw * 0.45)],
            join="" if waist else "body",
            bulge=0.95,
            gloss=0.2,
        )  # fmt: skip
        if bands:
            for k in range(stripes):
                x = -abdomen * (0.2 + 0.62 * k / max(1, stripes - 1))
                w = abdomen * 0.26 / stripes
                tall = aw * (0.9 if k == 0 else 0.97 - 0.36 * (k / (stripes - 1)) ** 3)
                f.blob("stripe", [(x - w, -tall), (x + w, -tall), (x + w * 1.4, 0), (x + w, tall), (x - w, tall), (x - w * 0.6, 0)], "dark", detail=0.12, bulge=0.9)  # fmt: skip
    if waist:
        f.ellipse("waist", -thorax * 0.45 - waist * 0.45, 0, waist * 0.8, thorax * 0.15)
    f.ellipse("thorax", 0, 0, thorax * 0.58, thorax * (0.52 if not cases else 0.7), "second" if bands or cases else "main", bulge=0.95)  # fmt: skip
    f.ellipse("head", hx, 0, head * 0.62, head * 0.56, "dark" if cases else "main", bulge=0.95)
    if cases:
        for side in (-1, 1):
            f.blob(
                "wing case",
                [(back + 0.1, 0), (back + 0.06, side * aw * 0.8), (back - abdomen * 0.3, side * aw * 1.12), (back - abdomen * 0.7, side * aw * 0.98),
                 (back - abdomen * 1.02, side * aw * 0.3), (back - abdomen, 0)],
                gloss=0.35,
                bulge=0.95,
            )  # fmt: skip
            if spots:
                for k in range(dots):
                    x = back - abdomen * (0.18 + 0.62 * k / max(1, dots - 1))
                    f.dot("spot", x, side * aw * (0.5 if k % 2 else 0.68), abdomen * 0.085, detail=0.15)
        f.has(f"{NUMBERS[2 * dots]} spots")
    if above:
        for side in (-1, 1):
            f.dot("eye", hx + head * 0.25, side * head * 0.38, head * 0.22, "light" if cases else "dark", detail=0.4)
    else:
        f.dot("eye", hx + head * 0.18, -head * 0.12, head * 0.2, "light", detail=0.2)
        f.dot("pupil", hx + head * 0.22, -head * 0.12, head * 0.1, detail=0.5)
        insect_wings(f, wings, wing_length, lift, thorax, above=False)
    if bands:
        f.has(f"{NUMBERS[stripes]} stripes")


def insect_wings(f: Figure, kind: str, long: float, lift: float, thorax: float, above: bool) -> None:
    """Two pairs of wings: spread to both sides, or both raised."""
    if not kind:
        return
    w = long * (0.3 if kind == "round" else 0.13)
    poses = ((-1, 1), (1, 1), (-1, 0), (1, 0)) if above else ((1, 0), (1, 1))
    for side, fore in poses:
        angle = (72 + lift if fore else 112 + lift) if above else (100 - lift if fore else 132 - lift)
        y = side * thorax * 0.3 if above else -thorax * 0.35
        size = 1.0 if fore else 0.85
        with f.at(0.02 if fore else -0.06, y, side * angle if above else -angle):
            f.blob(
                "wing",
                [(0, -w * 0.2), (long * 0.45 * size, -w * 0.85), (long * 0.85 * size, -w), (long * size, -w * 0.1), (long * 0.85 * size, w * 0.75),
                 (long * 0.45 * size, w * 0.6), (0, w * 0.2)],
                "glass",
                bulge=0.1,
                gloss=0.4,
                shade=1.0 if fore else 0.93,
            )  # fmt: skip
            f.curve("vein", [(long * 0.1, 0), (long * 0.8 * size, -w * 0.2)], 0.012, detail=0.7)


def butterfly(f: Figure) -> None:
    """Two large wings on each side of a thin body, feelers above; spots as one likes."""
    span, high, low = f.gene(0.5, 0.68), f.gene(0.42, 0.62), f.gene(0.3, 0.48)
    spots, swallow = f.pick(("none", "one", "many")), f.maybe(0.3)
    lower = f.pick(("main", "second"))
    fold = f.pose(0.82, 1.0)
    for side in (-1, 1):
        s = side * span * fold
        if swallow:
            f.limb(
                "wing's tail",
                [(s * 0.45, low * 0.7, 0.1), (s * 0.56, low * 1.1, 0.07), (s * 0.6, low * 1.4, 0.09)],
                lower,
            )
        f.blob(
            "wing",
            [(0, 0.02), (s * 0.4, 0.0), (s * 0.8, low * 0.2), (s * 0.86, low * 0.6), (s * 0.55, low), (s * 0.25, low * 0.86), (s * 0.06, low * 0.4)],
            lower,
            bulge=0.25,
            shade=0.94,
        )  # fmt: skip
        f.blob(
            "wing",
            [(0, -0.1), (s * 0.25, -high * 0.62), (s * 0.65, -high), (s * 1.05, -high * 0.98), (s * 1.06, -high * 0.55), (s * 0.82, -high * 0.05),
             (s * 0.4, 0.07), (0, 0.05)],
            bulge=0.25,
        )  # fmt: skip
        if spots != "none":
            f.ellipse("spot", s * 0.78, -high * 0.66, span * 0.17, high * 0.16, "accent", detail=0.25, bulge=0.2)
            f.ellipse("spot", s * 0.54, low * 0.58, span * 0.15, low * 0.2, "accent", detail=0.35, bulge=0.2)
        if spots == "many":
            for x, y in ((0.42, -0.5), (0.62, -0.24), (0.9, -0.38)):
                f.dot("spot", s * x, y * high, span * 0.07, "accent", detail=0.5)
        f.curve("antenna", [(side * 0.015, -0.2), (side * 0.06, -0.42), (side * 0.16, -0.52)], 0.022, detail=0.1)
    f.limb("body", [(0, -0.2, 0.07), (0, 0.02, 0.1), (0, 0.34, 0.06)], "dark", bulge=0.9)
    f.ellipse("head", 0, -0.24, 0.06, 0.06, "dark", detail=0.2)
    if swallow:
        f.has("tails on its wings")
    elif spots == "many":
        f.has("spotted wings")


def spider(f: Figure) -> None:
    """A ball of an abdomen, a smaller head, and eight legs whose knees stand above it."""
    r, h = f.gene(0.24, 0.36), f.gene(0.13, 0.19)
    long, knee = f.gene(0.85, 1.2), f.gene(0.75, 1.2)
    thread = f.maybe(0.35)
    if thread:
        f.curve("thread", [(0, -r * 0.8), (0.01, -r - 0.5)], 0.016, "light", detail=0.2)
    ground = r * 0.8 + 0.18
    for side in (-1, 1):
        for k in range(4):
            out = long * (0.42 + 0.15 * k)
            top = -knee * (0.36 - 0.11 * k + (0.1 if k == 0 else 0.0))
            end = ground - 0.16 * k * 0.8 + f.pose(-0.05, 0.05)
            x0 = side * r * 0.5
            f.curve(
                "leg",
                [(x0, h * 0.2), (side * out * 0.55, top * 0.9), (side * out, top), (side * out * 1.16, (top + end) / 2), (side * out * 1.22, end)],
                0.042,
                "main",
                shade=0.8,
            )  # fmt: skip
    f.ellipse("abdomen", 0, -r * 0.2, r, r * 0.95, bulge=1.0)
    mark = f.pick(("none", "cross", "spots"))
    if mark == "cross":
        f.curve("cross", [(0, -r * 0.95), (0, -r * 0.3)], 0.035, "second", detail=0.4)
        f.curve("cross", [(-r * 0.3, -r * 0.7), (r * 0.3, -r * 0.7)], 0.035, "second", detail=0.4)
        f.has("a cross on its back")
    elif mark == "spots":
        for x in (-0.45, 0.0, 0.45):
            f.dot("spot", x * r, -r * (0.75 - abs(x) * 0.5), r * 0.14, "second", detail=0.5)
    f.ellipse("head", 0, r * 0.5, h, h * 0.9, bulge=0.95)
    for side in (-1, 1):
        f.dot("eye", side * h * 0.4, r * 0.45, h * 0.3, "light", detail=0.1)
        f.dot("pupil", side * h * 0.4, r * 0.47, h * 0.15, detail=0.4)
        f.curve("fang", [(side * h * 0.25, r * 0.5 + h * 0.7), (side * h * 0.18, r * 0.5 + h * 1.2)], 0.026, "dark", detail=0.5)  # fmt: skip
    if thread:
        f.traits["pose"] = "hanging from a thread"


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
            [(-0.62 * long, 0.06), (-0.3, -0.1), (0.2, -0.1), (0.36 * long, -0.14), (hx - 0.1, hy - 0.04), (hx + 0.03, hy - 0.11), (hx + 0.12, hy - 0.01),
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
        [(-w * 0.98, -0.03), (-w * 0.88, -h * 0.5), (-w * 0.5, -h * 0.94), (0, -h * 1.08), (w * 0.5, -h * 0.94), (w * 0.88, -h * 0.5), (w * 0.98, -0.03),
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
            "plate", [(x - s, -h * 0.5), (x - s * 0.55, -h * 0.82), (x + s * 0.55, -h * 0.82), (x + s, -h * 0.5), (x + s * 0.55, -h * 0.2), (x - s * 0.55, -h * 0.2)],
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
        f.polygon("wing", [(side * 0.07, -0.12), (side * span * 0.2, -0.2 * tall + flap * 0.2), wrist, (side * span * 0.82, -0.24 * tall + flap), tip, *low, (side * 0.08, 0.2)], bulge=0.3)  # fmt: skip
        for x, y in ribs:
            f.curve(
                "finger", [wrist, ((wrist[0] + x) / 2 + side * 0.03, (wrist[1] + y) / 2), (x, y)], 0.02, detail=0.35
            )
        f.polygon("foot", [(side * 0.03, 0.3 * tall), (side * 0.1, 0.44 * tall), (side * 0.11, 0.3 * tall)], "dark", detail=0.4)  # fmt: skip
        f.blob("ear", [(side * 0.02, -0.3), (side * 0.07, -0.36 - ears), (side * 0.11, -0.38 - ears), (side * 0.16, -0.24)], "second", join="head")  # fmt: skip
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
    f.blob("body", [(-w * 0.72, -0.04), (-w * 0.78 * fat, 0.25), (-w * 0.5, 0.47), (0, 0.5), (w * 0.5, 0.47), (w * 0.78 * fat, 0.25), (w * 0.72, -0.04), (0, -0.2)], join="body")  # fmt: skip
    f.ellipse("belly", 0, 0.27, w * 0.46 * fat, 0.2, "second", detail=0.35)
    for side in (-1, 1):
        f.limb("fore leg", [(side * w * 0.58, 0.14, 0.12), (side * w * 0.62, 0.32, 0.1), (side * w * 0.46, 0.46, 0.1)])
        for toe in (-1, 0, 1):
            f.ellipse("toe", side * w * 0.44 + 0.065 * toe, 0.5, 0.038, 0.035, detail=0.4)
    f.blob("head", [(0, -h * 1.02), (w * 0.6, -h * 0.9), (w, -h * 0.1), (w * 0.8, h * 0.55), (0, h * 0.82), (-w * 0.8, h * 0.55), (-w, -h * 0.1), (-w * 0.6, -h * 0.9)], join="body", bulge=0.9)  # fmt: skip
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
        f.blob("head", [(-0.1, -0.05), (0.02, -fat * 0.72), (0.14, -fat * 0.42), (0.2, 0.0), (0.14, fat * 0.42), (0.02, fat * 0.66), (-0.1, 0.05)], join="body")  # fmt: skip
        f.dot("eye", 0.06, -fat * 0.3, 0.03, "light", detail=0.1)
        f.dot("pupil", 0.065, -fat * 0.3, 0.016, detail=0.4)

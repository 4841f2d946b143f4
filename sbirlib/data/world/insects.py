"""Insects and spiders: bee, ant, dragonfly and ladybird from one program, butterfly and spider from their own."""

from __future__ import annotations

from sbirlib.data.world.figure import Figure

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
    hx = thorax * 0.5 + head * 0.72
    insect_legs(f, thorax, leg, above, reach=1.6 if cases else 1.0)
    feelers(f, hx, head, above)
    if above and not cases:
        insect_wings(f, wings, wing_length, lift, thorax, above=True)
    with f.at(back, 0, -droop):
        if sting:
            f.polygon("sting", [(-abdomen * 0.92, -aw * 0.22), (-abdomen * 1.18, 0),
                                (-abdomen * 0.92, aw * 0.22)], "dark", detail=0.3)  # fmt: skip
        f.blob(
            "abdomen",
            [(0.04, -aw * 0.45), (-abdomen * 0.25, -aw * 0.95), (-abdomen * 0.55, -aw),
             (-abdomen * 0.88, -aw * 0.55), (-abdomen, 0),
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
                f.blob("stripe", [(x - w, -tall), (x + w, -tall), (x + w * 1.4, 0), (x + w, tall), (x - w, tall),
                                  (x - w * 0.6, 0)], "dark", detail=0.12, bulge=0.9)  # fmt: skip
    if waist:
        f.ellipse("waist", -thorax * 0.45 - waist * 0.45, 0, waist * 0.8, thorax * 0.15)
    f.ellipse("thorax", 0, 0, thorax * 0.58, thorax * (0.52 if not cases else 0.7),
              "second" if bands or cases else "main", bulge=0.95)  # fmt: skip
    f.ellipse("head", hx, 0, head * 0.62, head * 0.56, "dark" if cases else "main", bulge=0.95)
    if cases:
        for side in (-1, 1):
            f.blob(
                "wing case",
                [(back + 0.1, 0), (back + 0.06, side * aw * 0.8), (back - abdomen * 0.3, side * aw * 1.12),
                 (back - abdomen * 0.7, side * aw * 0.98),
                 (back - abdomen * 1.02, side * aw * 0.3), (back - abdomen, 0)],
                gloss=0.35,
                bulge=0.95,
            )  # fmt: skip
            if spots:
                for k in range(dots):
                    x = back - abdomen * (0.18 + 0.62 * k / max(1, dots - 1))
                    f.dot("spot", x, side * aw * (0.5 if k % 2 else 0.68), abdomen * 0.085, detail=0.15)
        if spots:
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


def insect_legs(f: Figure, thorax: float, leg: float, above: bool, reach: float) -> None:
    """Six legs: three to each side, or all down, those of the far side farther on."""
    for side in (-1, 1):
        for k, x in enumerate((-0.55, -0.05, 0.45)):
            out = (k - 1.1) * leg * 0.7
            x0, y0 = x * thorax * reach - (reach - 1) * thorax * 0.8, thorax * 0.3
            if above:
                way = [(x0, side * y0), (x0 + out * 0.6, side * (y0 + leg * 0.6)), (x0 + out, side * (y0 + leg))]
            else:
                x0 += 0.03 - 0.03 * side
                way = [
                    (x0, y0),
                    (x0 + out * 0.7, y0 + leg * 0.35),
                    (x0 + out, y0 + leg * 0.95),
                    (x0 + out + 0.06, y0 + leg),
                ]
            f.curve("leg", way, 0.03, shade=1.0 if side > 0 or above else 0.7, detail=0.15)


def feelers(f: Figure, x: float, head: float, above: bool) -> None:
    """Two of them, with a bend."""
    for side in (-1, 1):
        y, far = (side * head * 0.35, 1.1) if above else (-head * 0.5, 0.9 + 0.1 * side)
        up = side * head * 0.7 if above else -head * 0.9
        f.curve(
            "antenna",
            [(x + head * 0.3, y), (x + head * 0.7 * far, y + up), (x + head * 1.35 * far, y + up * 1.1)],
            0.022,
            detail=0.2,
        )


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
                [(0, -w * 0.2), (long * 0.45 * size, -w * 0.85), (long * 0.85 * size, -w), (long * size, -w * 0.1),
                 (long * 0.85 * size, w * 0.75),
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
    spots, swallow = f.pick(("none", "one", "one", "many")), f.maybe(0.3)
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
            [(0, 0.02), (s * 0.4, 0.0), (s * 0.8, low * 0.2), (s * 0.86, low * 0.6), (s * 0.55, low),
             (s * 0.25, low * 0.86), (s * 0.06, low * 0.4)],
            lower,
            bulge=0.25,
            shade=0.94,
        )  # fmt: skip
        f.blob(
            "wing",
            [(0, -0.1), (s * 0.25, -high * 0.62), (s * 0.65, -high), (s * 1.05, -high * 0.98),
             (s * 1.06, -high * 0.55), (s * 0.82, -high * 0.05),
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
    r, h = f.gene(0.3, 0.42), f.gene(0.17, 0.23)
    long, knee = f.gene(0.85, 1.2), f.gene(0.75, 1.2)
    thread = f.maybe(0.35)
    if thread:
        f.curve("thread", [(0, -r * 0.8), (0.01, -r - 0.5)], 0.016, "light", detail=0.2)
    ground = r * 0.8 + 0.22
    for side in (-1, 1):
        for k in range(4):
            out = long * (0.36 + 0.11 * k)
            top = -knee * (0.58 - 0.15 * k)
            end = ground - 0.1 * k + f.pose(-0.05, 0.05)
            x0 = side * r * 0.5
            f.curve(
                "leg",
                [(x0, h * 0.2), (side * out * 0.6, top * 0.85), (side * out, top),
                 (side * out * 1.2, (top + end) / 2), (side * out * 1.22, end)],
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
        f.curve("fang", [(side * h * 0.25, r * 0.5 + h * 0.7),
                         (side * h * 0.18, r * 0.5 + h * 1.2)], 0.026, "dark", detail=0.5)  # fmt: skip
    if thread:
        f.traits["pose"] = "hanging from a thread"

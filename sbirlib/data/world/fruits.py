"""What one eats of plants, and mushrooms: fruit and roots from one outline, berries in bunches, bananas."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


# half outlines from the top to the bottom: how far out, and how far down
SHAPES: dict[str, list[Point]] = {
    "apple": [(0.1, -0.41), (0.28, -0.47), (0.47, -0.3), (0.49, 0.02), (0.37, 0.34), (0.17, 0.46)],
    "pear": [(0.08, -0.58), (0.18, -0.46), (0.2, -0.2), (0.36, 0.05), (0.42, 0.28), (0.3, 0.48), (0.1, 0.52)],
    "oval": [(0.2, -0.48), (0.33, -0.3), (0.37, 0.05), (0.3, 0.38), (0.14, 0.5)],
    "heart": [(0.2, -0.4), (0.4, -0.34), (0.44, -0.08), (0.28, 0.28), (0.08, 0.5)],
    "root": [(0.12, -0.52), (0.2, -0.42), (0.16, 0.0), (0.1, 0.4), (0.03, 0.72)],
}


def fruit(
    f: Figure,
    *,
    shape: str = "apple",
    top: str = "stem",
    skin: str = "",
    bite: float = 0.0,
) -> None:
    """A body of revolution: `shape` is its outline, `top` what is on it, `skin` what is seen on its surface."""
    wide, tall = f.gene(0.85, 1.15), f.gene(0.9, 1.12)
    skew = f.gene(-0.06, 0.06)
    half = [(x * wide, y * tall) for x, y in SHAPES[shape]]
    high, low = half[0][1], half[-1][1]
    bitten = f.maybe(bite)
    if top in ("crown", "greens"):
        foliage(f, top, high)
    elif top == "stem":
        lean = f.gene(-0.16, 0.2)
        f.curve("stem", [(0, high + 0.06), (lean * 0.3, high - 0.1), (lean, high - 0.24)], 0.045, "dark")
        if f.maybe(0.8):
            side = f.pick((-1, 1))
            f.blob("leaf", [(lean * 0.4, high - 0.08), (side * 0.12, high - 0.3), (side * 0.48, high - 0.34),
                            (side * 0.34, high - 0.1)], "accent", bulge=0.4)  # fmt: skip
            f.curve("leaf's rib", [(lean * 0.4, high - 0.1), (side * 0.36, high - 0.23)], 0.014, detail=0.7)
            f.has("a leaf")
    dip = 0.05 if shape == "apple" else -0.02
    points = [(0, high + dip), *((x + skew * y, y) for x, y in half), (0, low - (dip if shape == "apple" else -0.02))]
    f.blob("body", [*points, *((-x + skew * y, y) for x, y in reversed(half))], bulge=0.95, gloss=0.3)
    if bitten:
        x, y = half[2][0], half[2][1] + 0.12
        f.blob("bite", [(x + 0.06, y - 0.2), (x - 0.1, y - 0.17), (x - 0.1, y - 0.05), (x - 0.18, y + 0.01),
                        (x - 0.1, y + 0.08), (x - 0.08, y + 0.19), (x + 0.06, y + 0.2)], "light", bulge=0)  # fmt: skip
        f.has("a bite taken out")
    match skin:
        case "lattice":
            for k in range(-2, 3):
                y = 0.19 * k * tall
                for side in (-1, 1):
                    x = 0.33 * wide * math.sqrt(max(0.1, 1 - (y / 0.52) ** 2))
                    f.curve(
                        "lattice",
                        [(-side * x, y - 0.1), (0, y + 0.02), (side * x * 0.92, y + 0.13)],
                        0.016,
                        detail=0.25,
                    )
        case "seeds":
            for x, y in (
                (-0.22, -0.2),
                (0.0, -0.14),
                (0.22, -0.2),
                (-0.12, 0.04),
                (0.12, 0.04),
                (0.0, 0.22),
                (-0.3, -0.02),
                (0.3, -0.02),
            ):
                f.ellipse("seed", x * wide, y * tall, 0.024, 0.036, "light", detail=0.3)
        case "rings":
            for k in range(f.count(2, 4)):
                y, side = -0.3 + 0.2 * k, 1 if k % 2 else -1
                f.curve("ring", [(side * (0.17 - 0.05 * k) * wide, y), (side * 0.03, y + 0.03)], 0.016, detail=0.45)
        case _:
            f.curve(
                "shine",
                [(-half[1][0] * 0.6, half[1][1] + 0.12), (-half[2][0] * 0.72, half[2][1] + 0.16)],
                0.03,
                "light",
                detail=0.8,
            )
            if shape in ("apple", "pear"):
                f.curve("blossom's rest", [(-0.05, low - 0.01), (0, low - 0.05), (0.05, low - 0.01)], 0.02, detail=0.6)
    if top == "calyx":
        leaves = f.count(4, 6)
        star = []
        for k in range(leaves * 2 + 1):
            t = k / (leaves * 2)
            out = 0.14 if k % 2 else 0.3
            a = math.pi * (1.06 - 1.12 * t)
            star.append((math.cos(a) * out * 1.15, high - 0.0 + math.sin(a) * out * 0.62))
        f.polygon("leaves", [*star, (0.05, high - 0.1), (-0.05, high - 0.1)], "second", bulge=0.4)
        f.curve("stem", [(0, high - 0.06), (0.05, high - 0.22)], 0.04, "second", detail=0.2)


def foliage(f: Figure, kind: str, y: float) -> None:
    """A pineapple's crown of pointed leaves, or a carrot's greens."""
    count, long = f.count(5, 7), f.gene(0.34, 0.56)
    for k in range(count):
        order = (k // 2) if k % 2 == 0 else count - 1 - k // 2  # the outer ones first
        t = order / (count - 1) * 2 - 1
        reach = long * (1 - 0.3 * abs(t))
        with f.at(t * 0.06, y + 0.08, t * (58 if kind == "crown" else 38)):
            if kind == "crown":
                f.polygon(
                    "leaf",
                    [(-0.07, 0), (-0.085, -reach * 0.5), (t * 0.07, -reach - 0.1), (0.085, -reach * 0.5), (0.07, 0)],
                    "second",
                    bulge=0.5,
                )
            else:
                points: list[Point] = [(-0.02, 0)]
                for j in range(3):
                    points += [(-0.09, -reach * (0.4 + 0.25 * j)), (-0.04, -reach * (0.5 + 0.25 * j))]
                f.polygon(
                    "leaf", [*points, (0, -reach * 1.15), *((-a, b) for a, b in reversed(points))], "second", bulge=0.4
                )


def bunch(f: Figure, *, kind: str = "grapes") -> None:
    """Berries that hang together: `grapes` in rows, `cherries` on long stems."""
    if kind == "cherries":
        count, spread, long = f.count(2, 3), f.gene(0.26, 0.36), f.gene(0.6, 0.9)
        leaf = f.maybe(0.6)
        for k in range(count):
            x, y = (k - (count - 1) / 2) * 2 * spread * (1 if count == 2 else 0.8), long * (1.0 if k % 2 else 0.9)
            f.curve("stem", [(0, 0), (x * 0.35, y * 0.4), (x, y - 0.12)], 0.03, "second")
            r = 0.22 if count == 2 else 0.19
            f.ellipse("cherry", x, y + r * 0.5, r, r * 0.95, gloss=0.5)
            f.curve("shine", [(x - r * 0.5, y + r * 0.3), (x - r * 0.35, y + r * 0.02)], 0.024, "light", detail=0.7)
        if leaf:
            f.blob("leaf", [(0, 0.02), (0.14, -0.14), (0.42, -0.1), (0.26, 0.07)], "second", bulge=0.4)
            f.has("a leaf")
        f.has("two cherries" if count == 2 else "three cherries")
        return
    rows, size = f.count(3, 5), f.gene(0.12, 0.15)
    f.curve("stem", [(0, 0.02), (0.02, -0.2), (0.12, -0.26)], 0.05, "wood")
    if f.maybe(0.6):
        f.polygon("leaf", [(0, -0.05), (0.1, -0.2), (0.2, -0.18), (0.28, -0.3), (0.36, -0.16), (0.48, -0.12),
                           (0.38, -0.02), (0.34, 0.08), (0.2, 0.02)], "second", bulge=0.4)  # fmt: skip
        f.has("a leaf")
    for row in range(rows - 1, -1, -1):
        n = min(rows - row, 4) if row else min(rows, 4)
        for k in range(n):
            x = (k - (n - 1) / 2) * size * 1.75
            y = 0.12 + row * size * 1.55 - (0.03 if k % 2 else 0)
            f.ellipse("grape", x, y, size, size, gloss=0.4, detail=0.0 if row in (0, rows - 1) else 0.1)


def banana(f: Figure) -> None:
    """One crescent, or several from one stalk."""
    count, fat, bow = f.pick((1, 1, 2, 3)), f.gene(0.8, 1.25), f.gene(58, 105)
    for k in range(count):
        with f.at(0, 0, (k - (count - 1) / 2) * 26):
            way, ridge = [], []
            x, y, heading = 0.0, -0.02, math.radians(90 - bow * 0.42)
            for step, width in enumerate((0.07, 0.19, 0.25, 0.26, 0.2, 0.08)):
                way.append((x, y, width * fat))
                ridge.append((x + width * 0.12 * math.sin(heading), y - width * 0.12 * math.cos(heading)))
                heading += math.radians(bow * (0.1 if step == 0 else 0.2))
                x, y = x + math.cos(heading) * 0.19, y + math.sin(heading) * 0.19
            f.limb("banana", way, bulge=0.7, gloss=0.15)
            f.curve("ridge", ridge[1:], 0.016, detail=0.5)
            f.ellipse("banana's end", *way[-1][:2], 0.035, 0.03, "dark", detail=0.3)
    f.box("stalk", -0.05, -0.16, 0.05, 0.04, "dark", rounding=0.02)
    if count > 1:
        f.has(f"{NUMBERS[count]} fingers")


def mushroom(f: Figure) -> None:
    """A cap on a stem: a dome, a flat one or a pointed one."""
    kind = f.pick(("dome", "flat", "pointed"))
    w, stem = f.gene(0.42, 0.6), f.gene(0.4, 0.7)
    h = {"dome": 0.42, "flat": 0.24, "pointed": 0.5}[kind] * f.gene(0.85, 1.15)
    thick, skirt, second = f.gene(0.1, 0.17), f.maybe(0.4), f.maybe(0.25)
    spots = f.count(0, 6)
    if second:
        with f.at(w * 0.75, 0, 10, 0.5):
            f.limb("stem", [(0, -0.02, 0.3), (0, -stem, 0.22)], "second")
            f.blob(
                "cap",
                [
                    (-w, -stem),
                    (-w * 0.6, -stem - h * 0.9),
                    (0, -stem - h * 1.1),
                    (w * 0.6, -stem - h * 0.9),
                    (w, -stem),
                    (0, -stem + 0.06),
                ],
            )
    f.blob(
        "stem",
        [(-thick * 1.5, 0), (-thick * 1.1, -stem * 0.35), (-thick * 0.8, -stem * 1.05), (thick * 0.8, -stem * 1.05),
         (thick * 1.1, -stem * 0.35), (thick * 1.5, 0), (0, 0.04)],
        "second",
    )  # fmt: skip
    f.ellipse("gills", 0, -stem, w * 0.92, 0.09, "second", shade=0.75, bulge=0.2)
    for k in range(5):
        x = (k - 2) * w * 0.3
        f.curve("gill", [(x * 0.5, -stem + 0.01), (x, -stem + 0.07)], 0.012, detail=0.7)
    peak = {"dome": 1.0, "flat": 1.0, "pointed": 1.12}[kind]
    side = {"dome": 0.82, "flat": 0.8, "pointed": 0.68}[kind]
    f.blob(
        "cap",
        [(-w, -stem + 0.03), (-w * 0.92, -stem - h * 0.35), (-w * 0.55, -stem - h * side), (0, -stem - h * peak),
         (w * 0.55, -stem - h * side),
         (w * 0.92, -stem - h * 0.35), (w, -stem + 0.03), (0, -stem - 0.05)],
        bulge=0.95,
        gloss=0.15,
    )  # fmt: skip
    places = (
        (-0.05, 0.62, 0.085),
        (-0.55, 0.34, 0.075),
        (0.5, 0.36, 0.08),
        (0.18, 0.24, 0.06),
        (-0.24, 0.28, 0.05),
        (0.28, 0.6, 0.05),
    )
    for x, y, r in places[:spots]:
        f.ellipse("spot", x * w, -stem - h * y, r, r * 0.8, "accent", detail=0.2, bulge=0.4)
    if skirt:
        f.blob("ring", [(-thick * 0.9, -stem * 0.66), (thick * 0.9, -stem * 0.66), (thick * 1.6, -stem * 0.5),
                        (0, -stem * 0.55), (-thick * 1.6, -stem * 0.5)], "second", shade=0.92)  # fmt: skip
    if spots:
        f.has(f"{NUMBERS[spots]} spot" + ("s" if spots > 1 else ""))
    if second:
        f.has("a small one beside it")

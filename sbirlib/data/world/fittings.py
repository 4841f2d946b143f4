"""What belongs to one kind of vessel alone: a cup's saucer, a bottle's label, a vase's flowers, a basket's weave.

Each draws what lies behind the body, and gives back what is to be drawn before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.profiles import Profile, band, radius, turned


def nothing(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """Perhaps a band around it."""
    banded, low = f.maybe(0.45), f.gene(0.3, 0.55)
    wide = f.gene(0.1, 0.25)

    def before() -> None:
        if banded:
            band(f, "band", profile, view, low, low + wide, "second", 0.4)

    return before


def saucer(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """A saucer below, steam above, a band around: some, or none."""
    under, steam, banded = f.maybe(0.45), f.maybe(0.3), f.maybe(0.4)
    last, r = profile[-1]
    if under:
        f.ellipse("saucer", 0, 0.02, r * 1.45, r * 1.45 * view, "second", bulge=0.3)
        f.ellipse("saucer's hollow", 0, 0.015, r * 0.95, r * 0.9 * view, "second", shade=0.8, bulge=0.2, detail=0.5)
        f.has("a saucer")
    if steam:
        f.has("steam rising")

    def before() -> None:
        if banded:
            band(f, "band", profile, view, 0.55, 0.75, "accent", 0.5)
        if steam:
            for x in (-r * 0.4, 0.0, r * 0.4):
                y = -last - 0.1
                f.curve(
                    "steam",
                    [(x, y), (x + 0.06, y - 0.12), (x - 0.04, y - 0.24), (x + 0.04, y - 0.36)],
                    0.03,
                    "light",
                    detail=0.35,
                )

    return before


def label(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """A label, plain or with a mark on it."""
    labelled, mark = f.maybe(0.75), f.pick(("line", "dot", "star"))
    low = f.gene(0.1, 0.18)
    high = low + f.gene(0.22, 0.34)

    def before() -> None:
        if not labelled:
            return
        band(f, "label", profile, view, low, high, "second", 0.2)
        y = -profile[0][0] - (low + high) / 2 * (profile[-1][0] - profile[0][0]) + 0.03
        r = radius(profile, -y)
        if mark == "line":
            f.curve(
                "line on the label", [(-r * 0.55, y), (0, y + r * view * 0.3), (r * 0.55, y)], 0.05, "dark", detail=0.5
            )
        elif mark == "dot":
            f.dot("dot on the label", 0, y + r * view * 0.3, r * 0.34, "accent", detail=0.5)
        else:
            star = [(math.sin(math.pi * k / 5) * r * (0.2 if k % 2 else 0.48),
                y + 0.04 - math.cos(math.pi * k / 5) * r * (0.2 if k % 2 else 0.48)) for k in range(10)]  # fmt: skip
            f.polygon("star on the label", star, "accent", detail=0.5)

    return before


def wine(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """Wine up to some height."""
    full, level = f.maybe(0.75), f.gene(0.3, 0.7)

    def before() -> None:
        if full:
            y = profile[0][0] + (profile[-1][0] - profile[0][0]) * level
            f.polygon(
                "wine",
                [(x * 0.9, y) for x, y in turned(profile, view, 0.06, level, 6)],
                "second",
                bulge=0.8,
                detail=0.25,
            )
            r = radius(profile, y) * 0.9
            f.ellipse("wine's surface", 0, -y, r, r * view, "second", shade=0.75, bulge=0.1, detail=0.5)

    return before


def flowers(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """Some flowers in it, or none; a pattern of bands around it."""
    count = f.pick((0, 0, 1, 3, 5))
    last, r = profile[-1]
    for k in range(count):
        a = math.radians((k - (count - 1) / 2) * 24 + f.pose(-6, 6))
        long = f.gene(0.45, 0.75) * (1.1 - 0.12 * abs(k - (count - 1) / 2))
        x, y = math.sin(a) * long, -last - math.cos(a) * long
        f.curve("stem", [(r * 0.5 * math.sin(a), -last + 0.05), (x * 0.6, (y - last) / 2), (x, y)], 0.035, "accent")
        bloom(f, x, y, 0.14)
    style, low = f.pick(("plain", "band", "zigzag")), f.gene(0.25, 0.5)

    def before() -> None:
        if style == "band":
            band(f, "band", profile, view, low, low + 0.18, "second", 0.35)
        elif style == "zigzag":
            tall = last - profile[0][0]
            points: list[Point] = []
            for k in range(9):
                y = profile[0][0] + tall * (low + (0.14 if k % 2 else 0.02))
                x = -0.94 + 0.235 * k
                wide = radius(profile, y)
                points.append((wide * x, -y + wide * view * math.sqrt(max(1 - x * x, 0))))
            f.curve("zigzag", points, 0.045, "second", sharp=True, detail=0.35)

    if count:
        f.has(f"{ {1: 'one flower', 3: 'three flowers', 5: 'five flowers'}[count] }")
    return before


def bloom(f: Figure, x: float, y: float, r: float) -> None:
    """A flower's petals around its heart."""
    petals = [(x + math.cos(math.pi * k / 5) * r * (0.62 if k % 2 else 1.05),
        y + math.sin(math.pi * k / 5) * r * (0.62 if k % 2 else 1.05)) for k in range(10)]  # fmt: skip
    f.blob("petals", petals, "second", bulge=0.5)
    f.dot("heart", x, y, r * 0.36, "glow", detail=0.35)


def hoops(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """A bucket's hoops, staves or plain sheet, and where the bow is fixed."""
    style = f.pick(("sheet", "hoops", "staves"))
    last, r = profile[-1]

    def before() -> None:
        if style != "sheet":
            for low in (0.15, 0.68):
                band(f, "hoop", profile, view, low, low + 0.1, "second", 0.35)
        if style == "staves":
            for t in (-0.62, -0.22, 0.22, 0.62):
                low, high = radius(profile, profile[0][0]), r
                f.curve(
                    "stave",
                    [(low * t, -profile[0][0] + low * view * 0.8), (high * t, -last + r * view * 0.8)],
                    0.022,
                    "dark",
                    detail=0.5,
                )
        band(f, "edge", profile, view, 0.9, 0.995, "main", 0.5)
        for x in (-r * 0.97, r * 0.97):
            f.dot("lug", x, -last + 0.06, 0.06, "metal", detail=0.4)

    if style != "sheet":
        f.has("hoops")
    return before


def weave(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """Wickerwork: rows of rods over stakes; fruit above the rim, or none."""
    fruit, rows, stakes = f.pick((0, 0, 3, 5)), f.count(2, 3), f.count(4, 6)
    first, last, r = profile[0][0], profile[-1][0], profile[-1][1]

    def before() -> None:
        for k in range(fruit):
            x = (k - (fruit - 1) / 2) * 2 * r / (fruit + 0.3)
            f.ellipse(
                "fruit",
                x,
                -last - 0.02 - 0.05 * (k % 2),
                r * 0.9 / fruit + 0.09,
                r * 0.9 / fruit + 0.08,
                "accent",
                bulge=0.9,
            )
        ys = [first + (last - first) * (k + 0.6) / (rows + 1) for k in range(rows + 1)]
        if fruit:
            f.polygon("body", turned(profile, view, 0.0, 0.99), join="body", bulge=0.85)
        wides = [radius(profile, y) for y in ys]
        for k, (y, wide) in enumerate(zip(ys, wides, strict=True)):
            f.curve("rod", [(-wide, -y), (-wide * 0.6, -y + wide * view * 0.8), (0, -y + wide * view),
                (wide * 0.6, -y + wide * view * 0.8), (wide, -y)], 0.028, "dark", detail=0.25)  # fmt: skip
            if k:
                low, narrow = ys[k - 1], wides[k - 1]
                for s in range(stakes):
                    t = -0.85 + 1.7 * (s + 0.5 * (k % 2)) / stakes + 0.08
                    drop = view * math.sqrt(max(1 - t * t, 0.0))
                    ends = [(narrow * t, -low + narrow * drop), (wide * t, -y + wide * drop)]
                    f.curve("stake", ends, 0.024, "dark", detail=0.4)
        band(f, "border", profile, view, 0.88, 0.999, "second", 0.2)

    if fruit:
        f.has("fruit in it")
    return before


EXTRAS: dict[str, Callable[[Figure, Profile, float], Callable[[], None]]] = {
    "": nothing, "saucer": saucer, "label": label, "wine": wine, "flowers": flowers, "hoops": hoops, "weave": weave,
}  # fmt: skip

"""What a potter or a cooper makes: profiles turned around an axis, with handles, spouts, lids and stems.

A vessel stands with its base around (0, 0) and is seen a little from above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sbirlib.data.world.figure import Figure, Point

Profile = Sequence[tuple[float, float]]
"""Radii from below to above: (height, radius)."""


def vessel(
    f: Figure,
    *,
    height: float = 1.0,
    foot: float = 0.3,
    belly: float = 0.4,
    at: float = 0.5,
    shoulder: float = 0.0,
    neck: float = 0.0,
    lip: float = 0.35,
    stem: float = 0.0,
    handle: str = "",
    spout: str = "",
    top: str = "open",
    extra: str = "",
) -> None:
    """A turned profile: foot, belly (`at` a height, kept up to `shoulder`), neck, lip; heights from 0 to 1.

    Without a belly the side is straight. `top` says what closes it, `extra` what belongs to this kind alone (a saucer, a label, flowers, weaving).
    """
    height = height * f.gene(0.82, 1.2)
    belly = belly * f.gene(0.85, 1.2)
    foot, lip = foot * f.gene(0.8, 1.2), lip * f.gene(0.85, 1.18)
    at = at + f.gene(-0.08, 0.08)
    view = f.gene(0.13, 0.25)  # how far from above: an ellipse's height by its width
    knots = [(0.0, foot), (at, belly)] if belly else [(0.0, foot)]
    if shoulder:
        knots.append((shoulder + f.gene(-0.05, 0.05), belly))
    if neck:
        knots.append((0.5 * (max(at, shoulder) + 1) + 0.08, neck * f.gene(0.85, 1.25)))
    knots.append((1.0, lip))
    profile = [(height * t, r) for t, r in knots]

    if stem:
        glass = stem * f.gene(0.75, 1.25)
        f.ellipse("foot", 0, 0, foot * 1.9, foot * 1.9 * view, bulge=0.4, gloss=0.3)
        f.limb("stem", [(0, -0.01, 0.12), (0, -glass * 0.5, 0.07), (0, -glass - 0.05, 0.13)], join="body", gloss=0.3)
        profile = [(y + glass, r if k else 0.06) for k, (y, r) in enumerate(profile)]
    before = EXTRAS[extra](f, profile, view)
    HANDLES[handle](f, profile, view)
    if spout:
        SPOUTS[spout](f, profile, view)
    f.polygon("body", turned(profile, view), join="body", bulge=0.85, gloss=0.25 if extra in ("label", "wine") else 0.1)
    TOPS[top](f, profile, view)
    before()


# the shape itself ------------------------------------------------------------------------------------------------


def radius(profile: Profile, y: float) -> float:
    """The radius at a height, along a smooth line through the profile's knots."""
    k = 0
    while k < len(profile) - 2 and y > profile[k + 1][0]:
        k += 1
    a, b, c, d = profile[max(k - 1, 0)], profile[k], profile[k + 1], profile[min(k + 2, len(profile) - 1)]
    span = (c[0] - b[0]) or 1.0
    t = (y - b[0]) / span
    rise = (c[1] - a[1]) / ((c[0] - a[0]) or 1.0) * span
    fall = (d[1] - b[1]) / ((d[0] - b[0]) or 1.0) * span
    if k > 0 and (c[1] - b[1]) * (b[1] - a[1]) <= 0:
        rise = 0.0  # a belly or a neck is widest or narrowest where it says
    if k < len(profile) - 2 and (d[1] - c[1]) * (c[1] - b[1]) <= 0:
        fall = 0.0
    return (
        (2 * t**3 - 3 * t**2 + 1) * b[1]
        + (t**3 - 2 * t**2 + t) * rise
        + (3 * t**2 - 2 * t**3) * c[1]
        + (t**3 - t**2) * fall
    )


def turned(profile: Profile, view: float, low: float = 0.0, high: float = 1.0, steps: int = 12) -> list[Point]:
    """The outline of a turned body between two shares of its height, its lower end round as seen from above."""
    first, last = profile[0][0], profile[-1][0]
    ys = [first + (last - first) * (low + (high - low) * k / steps) for k in range(steps + 1)]
    rs = [radius(profile, y) for y in ys]
    base = [(rs[0] * math.cos(a), -ys[0] + rs[0] * view * math.sin(a)) for a in (math.pi * k / 6 for k in range(1, 6))]
    right = [(r, -y) for y, r in zip(ys, rs, strict=True)]
    if high < 1:  # the upper edge of a band hangs like the lower
        edge = [(rs[-1] * math.cos(a), -ys[-1] + rs[-1] * view * math.sin(a)) for a in (math.pi * k / 6 for k in range(1, 6))]
        return [*right, *edge, *((-x, y) for x, y in reversed(right)), *reversed(base)]
    return [*right, *((-x, y) for x, y in reversed(right)), *reversed(base)]


def band(
    f: Figure, name: str, profile: Profile, view: float, low: float, high: float, slot: str, detail: float = 0.3
) -> None:
    """A band around the body."""
    f.polygon(name, turned(profile, view, low, high, 3), slot, bulge=0.85, detail=detail)


# handles, behind the body ----------------------------------------------------------------------------------------


def no_handle(f: Figure, profile: Profile, view: float) -> None:
    """None at all."""


def ear(f: Figure, profile: Profile, view: float) -> None:
    """A handle at the left side, round or with a corner."""
    first, last = profile[0][0], profile[-1][0]
    tall = last - first
    low, high = first + tall * f.gene(0.16, 0.32), last - tall * f.gene(0.08, 0.24)
    a, b, out = -radius(profile, low), -radius(profile, high), (high - low) * f.gene(0.42, 0.7)
    w = f.gene(0.08, 0.13)
    x = min(a, b) - out
    corner = f.pick((0.5, 0.95))
    f.limb("handle", [(b + 0.1, -high + 0.02, w), (b - out * 0.35, -high - 0.03, w), (x + out * 0.1 * (1 - corner), -high + (high - low) * (0.3 - 0.16 * corner), w),
                      (x, -(high + low) / 2, w), (x + out * 0.3, -low - (high - low) * 0.14, w), (a + 0.1, -low + 0.03, w)], join="body")  # fmt: skip


def two(f: Figure, profile: Profile, view: float) -> None:
    """Perhaps two small handles at the neck."""
    if not f.maybe(0.3):
        return
    first, last = profile[0][0], profile[-1][0]
    for flip in (False, True):
        with f.at(0, 0, flip=flip):
            y0, y1 = last - (last - first) * 0.42, last - (last - first) * 0.1
            a, b = radius(profile, y0), radius(profile, y1)
            x = max(a, b) + 0.12
            f.limb("handle", [(b - 0.06, -y1, 0.075), (x, -y1 - 0.01, 0.075), (x + 0.03, -(y0 * 0.4 + y1 * 0.6), 0.075), (a - 0.08, -y0, 0.075)],
                   join="body")  # fmt: skip
    f.has("two handles")


def bail(f: Figure, profile: Profile, view: float) -> None:
    """A bow of wire over the top, with a wooden grip or without."""
    last, r = profile[-1]
    grip = f.maybe(0.6)
    high = r * f.gene(0.7, 1.3)
    slot = f.pick(("dark", "metal"))
    way = [(-r * 0.98, -last + 0.04), (-r * 0.82, -last - high * 0.62), (-r * 0.3, -last - high), (r * 0.3, -last - high), (r * 0.82, -last - high * 0.62),
           (r * 0.98, -last + 0.04)]  # fmt: skip
    f.curve("handle", way, 0.05, slot)
    if grip:
        (x0, y0), (x1, y1) = way[2], way[3]
        f.limb("grip", [(x0 * 0.7, y0 - 0.02, 0.1), (x1 * 0.7, y1 - 0.02, 0.1)], "accent", detail=0.3)


def hoop(f: Figure, profile: Profile, view: float) -> None:
    """A broad bow over the top, of one piece with the rest."""
    last, r = profile[-1]
    high, w = r * f.gene(1.0, 1.7), f.gene(0.09, 0.13)
    f.limb("handle", [(-r * 0.93, -last + 0.08, w), (-r * 0.9, -last - high * 0.45, w), (-r * 0.52, -last - high * 0.9, w), (0, -last - high * 1.06, w),
                      (r * 0.52, -last - high * 0.9, w), (r * 0.9, -last - high * 0.45, w), (r * 0.93, -last + 0.08, w)], "main")  # fmt: skip
    f.has("a high handle" if high > r * 1.35 else "a low handle")


HANDLES: dict[str, Callable[[Figure, Profile, float], None]] = {
    "": no_handle, "ear": ear, "two": two, "bail": bail, "hoop": hoop,
}  # fmt: skip


# spouts, behind the body -----------------------------------------------------------------------------------------


def long_spout(f: Figure, profile: Profile, view: float) -> None:
    """A teapot's spout, straight or like a swan's neck."""
    first, last = profile[0][0], profile[-1][0]
    tall, swan = last - first, f.maybe(0.6)
    low = first + tall * f.gene(0.24, 0.4)
    r, out = radius(profile, low), f.gene(0.32, 0.5)
    y = -last * f.gene(0.86, 1.06)
    mid = (r + out * 0.32, -low - (-y - low) * 0.3) if swan else (r + out * 0.4, (-low + y) / 2)
    f.limb("spout", [(r - 0.15, -low + 0.05, 0.3), (*mid, 0.19), (r + out * (0.62 if swan else 0.75), y + (-low - y) * 0.25, 0.13), (r + out, y, 0.12)],
           join="body")  # fmt: skip
    f.ellipse("spout's mouth", r + out + 0.02, y - 0.03, 0.065, 0.035, "dark", angle=25, detail=0.5)


def lip_spout(f: Figure, profile: Profile, view: float) -> None:
    """A jug's beak."""
    last, r = profile[-1]
    out = f.gene(0.12, 0.24)
    f.polygon("spout", [(r * 0.2, -last + 0.02), (r * 0.3, -last - r * view * 0.9), (r + out * 0.9, -last - 0.08), (r + out, -last - 0.03), (r * 1.02, -last + 0.16), (r * 0.8, -last + 0.3)],
              join="body", bulge=0.5)  # fmt: skip


SPOUTS: dict[str, Callable[[Figure, Profile, float], None]] = {"long": long_spout, "lip": lip_spout}


# tops ------------------------------------------------------------------------------------------------------------


def opened(f: Figure, profile: Profile, view: float) -> None:
    """A rim, and the dark inside."""
    last, r = profile[-1]
    f.ellipse("rim", 0, -last, r, r * view, join="rim", bulge=0.2)
    f.ellipse("inside", 0, -last + 0.008, r * 0.9, r * view * 0.8, shade=0.5, bulge=0.1, detail=0.25)


def filled(f: Figure, profile: Profile, view: float) -> None:
    """Something to drink in it, or nothing."""
    last, r = profile[-1]
    opened(f, profile, view)
    if f.maybe(0.5):
        f.ellipse("drink", 0, -last + r * view * 0.22, r * 0.78, r * view * 0.55, "accent", bulge=0.1, detail=0.45)


def corked(f: Figure, profile: Profile, view: float) -> None:
    """A cork, a crown cap or a screw top, over a ring around the mouth."""
    last, r = profile[-1]
    style = f.pick(("cork", "cap", "open"))
    if style == "cork":
        f.box("cork", -r * 0.72, -last - 0.15, r * 0.72, -last + 0.02, "wood", lean=-0.01, bulge=0.6)
    elif style == "cap":
        f.box("cap", -r * 1.12, -last - 0.09, r * 1.12, -last + 0.06, "accent", rounding=0.03, bulge=0.6)
    f.box("lip", -r * 1.2, -last - 0.01, r * 1.2, -last + 0.07, rounding=0.03, join="lip", bulge=0.7, detail=0.2)
    f.has({"cork": "a cork", "cap": "a cap", "open": "no cap"}[style])


def lidded(f: Figure, profile: Profile, view: float) -> None:
    """A lid with a knob: high or flat."""
    last, r = profile[-1]
    high = r * f.gene(0.3, 0.8)
    f.blob("lid", [(-r * 1.04, -last + 0.02), (-r * 0.92, -last - high * 0.45), (-r * 0.45, -last - high * 0.95), (0, -last - high * 1.05),
                   (r * 0.45, -last - high * 0.95), (r * 0.92, -last - high * 0.45), (r * 1.04, -last + 0.02), (r * 0.6, -last + r * view * 0.8),
                   (0, -last + r * view), (-r * 0.6, -last + r * view * 0.8)], "second" if f.maybe(0.5) else "main", bulge=0.8)  # fmt: skip
    size = f.gene(0.055, 0.095)
    f.ellipse("knob", 0, -last - high - size * 0.7, size * f.gene(0.9, 1.4), size, "accent", detail=0.1)
    f.has("a high lid" if high > r * 0.55 else "a flat lid")


TOPS: dict[str, Callable[[Figure, Profile, float], None]] = {
    "open": opened, "filled": filled, "cork": corked, "lid": lidded,
}  # fmt: skip


# what belongs to one kind ----------------------------------------------------------------------------------------
# Each draws what lies behind the body, and gives back what is to be drawn before it.


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
                f.curve("steam", [(x, y), (x + 0.06, y - 0.12), (x - 0.04, y - 0.24), (x + 0.04, y - 0.36)], 0.03, "light", detail=0.35)

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
            f.curve("line on the label", [(-r * 0.55, y), (0, y + r * view * 0.3), (r * 0.55, y)], 0.05, "dark", detail=0.5)
        elif mark == "dot":
            f.dot("dot on the label", 0, y + r * view * 0.3, r * 0.34, "accent", detail=0.5)
        else:
            star = [(math.sin(math.pi * k / 5) * r * (0.2 if k % 2 else 0.48), y + 0.04 - math.cos(math.pi * k / 5) * r * (0.2 if k % 2 else 0.48)) for k in range(10)]  # fmt: skip
            f.polygon("star on the label", star, "accent", detail=0.5)

    return before


def wine(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """Wine up to some height."""
    full, level = f.maybe(0.75), f.gene(0.3, 0.7)

    def before() -> None:
        if full:
            y = profile[0][0] + (profile[-1][0] - profile[0][0]) * level
            f.polygon("wine", [(x * 0.9, y) for x, y in turned(profile, view, 0.06, level, 6)], "second", bulge=0.8, detail=0.25)
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
    petals = [(x + math.cos(math.pi * k / 5) * r * (0.62 if k % 2 else 1.05), y + math.sin(math.pi * k / 5) * r * (0.62 if k % 2 else 1.05)) for k in range(10)]  # fmt: skip
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
                f.curve("stave", [(low * t, -profile[0][0] + low * view * 0.8), (high * t, -last + r * view * 0.8)], 0.022, "dark", detail=0.5)
        band(f, "edge", profile, view, 0.9, 0.995, "main", 0.5)
        for x in (-r * 0.97, r * 0.97):
            f.dot("lug", x, -last + 0.06, 0.06, "metal", detail=0.4)

    if style != "sheet":
        f.has("hoops")
    return before


def weave(f: Figure, profile: Profile, view: float) -> Callable[[], None]:
    """Wickerwork: rows of rods over stakes; fruit above the rim, or none."""
    fruit, rows, stakes = f.pick((0, 0, 3, 5)), f.count(3, 4), f.count(5, 7)
    first, last, r = profile[0][0], profile[-1][0], profile[-1][1]

    def before() -> None:
        for k in range(fruit):
            x = (k - (fruit - 1) / 2) * 2 * r / (fruit + 0.3)
            f.ellipse("fruit", x, -last - 0.02 - 0.05 * (k % 2), r * 0.9 / fruit + 0.09, r * 0.9 / fruit + 0.08, "accent", bulge=0.9)
        ys = [first + (last - first) * (k + 0.6) / (rows + 1) for k in range(rows + 1)]
        if fruit:
            f.polygon("body", turned(profile, view, 0.0, 0.99), join="body", bulge=0.85)
        for k, y in enumerate(ys):
            wide = radius(profile, y)
            f.curve("rod", [(-wide, -y), (-wide * 0.6, -y + wide * view * 0.8), (0, -y + wide * view), (wide * 0.6, -y + wide * view * 0.8), (wide, -y)], 0.028, "dark",
                    detail=0.25)  # fmt: skip
            if k:
                low = ys[k - 1]
                for s in range(stakes):
                    t = -0.85 + 1.7 * (s + 0.5 * (k % 2)) / stakes + 0.08
                    drop = view * math.sqrt(max(1 - t * t, 0.0))
                    f.curve("stake", [(radius(profile, low) * t, -low + radius(profile, low) * drop), (wide * t, -y + wide * drop)], 0.024, "dark",
                            detail=0.4)  # fmt: skip
        band(f, "border", profile, view, 0.88, 0.999, "second", 0.2)

    if fruit:
        f.has("fruit in it")
    return before


EXTRAS: dict[str, Callable[[Figure, Profile, float], Callable[[], None]]] = {
    "": nothing, "saucer": saucer, "label": label, "wine": wine, "flowers": flowers, "hoops": hoops, "weave": weave,
}  # fmt: skip

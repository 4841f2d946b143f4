"""What runs on wheels: cars and lorries, and engines (a boiler or a motor before a cab).

All of them look to the right and stand on y = 0; a unit is about the height of a man.
"""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.shapes import NUMBERS, smoke, wheel, window

CABINS = {
    # of a car, in halves of its length: where its cabin starts and ends, below and on top
    "saloon": (-0.66, -0.4, 0.14, 0.5),
    "hatchback": (-0.98, -0.74, 0.08, 0.5),
    "estate": (-0.99, -0.92, 0.1, 0.46),
    "roadster": (-0.5, -0.3, 0.0, 0.34),
    "beetle": (-0.88, -0.46, 0.1, 0.52),
}


def road(
    f: Figure, *, body: str = "car", length: float = 2.3, height: float = 0.5, radius: float = 0.22, wheels: str = ""
) -> None:
    """What drives on roads; `body` is a low car, a shell (a bus, a van) or a cab with a load; `wheels` are places."""
    half = length / 2 * f.gene(0.9, 1.1)
    height = height * f.gene(0.9, 1.12)
    r = radius * f.gene(0.86, 1.16)
    floor = -r * 0.75
    match body:
        case "car":
            low_car(f, half, height, floor)
        case "bus":
            bus(f, half, height, floor)
        case "van":
            van(f, half, height, floor)
        case _:
            lorry(f, half, height, floor)
    for place in wheels.split():
        wheel(f, float(place) * half, -r, r)


def low_car(f: Figure, half: float, height: float, floor: float) -> None:
    """A body with a cabin on it."""
    style = f.pick(tuple(CABINS))
    a, b, c, d = (half * x for x in CABINS[style])
    belt, cabin = floor - height, height * f.gene(0.78, 1.1)
    top, low = belt - cabin, belt + height * 0.28
    nose, tail = half * f.gene(0.9, 1.0), half * f.gene(0.92, 1.0)
    if style == "beetle":
        f.blob(
            "cabin", [(a, low), (a * 0.86, belt - cabin * 0.4), (b, top + cabin * 0.08), (c - half * 0.14, top),
             (c, top + cabin * 0.1), (d, belt), (d, low)], join="body", bulge=0.6,
        )  # fmt: skip
    else:
        f.polygon("cabin", [(a, low), (a, belt), (b, top), (c, top), (d, belt), (d, low)], join="body", bulge=0.35)
    f.blob(
        "body", [(-half, floor - height * 0.1), (-tail, belt + height * 0.12), (-tail * 0.9, belt), (0.0, belt - 0.01),
         (nose * 0.62, belt + 0.02), (nose, belt + height * 0.22), (half, floor - height * 0.3), (half * 0.97, floor),
         (0.0, floor), (-half * 0.97, floor)], join="body", bulge=0.5, gloss=0.25,
    )  # fmt: skip
    # two panes and the post between them
    g, post = cabin * 0.16, (b + c) / 2 + half * f.gene(-0.08, 0.1)
    u, v = a + (b - a) * 0.72, d + (c - d) * 0.72
    for left, low_left, low_right, right in ((b, u, post, post), (post + g, post + g, v, c)):
        panes = [(left, top + g), (right, top + g), (low_right, belt - g * 0.3), (low_left, belt - g * 0.3)]
        f.polygon("window", panes, "glass", detail=0.15, bulge=0.1, gloss=0.4)
    seam = [(post, belt), (post, floor - height * 0.12), (d * 0.9, floor - height * 0.12), (d * 0.98, belt)]
    f.curve("door", seam, 0.018, "dark", detail=0.5, sharp=True)
    f.box("door handle", post + 0.05, belt + height * 0.16, post + 0.19, belt + height * 0.24, "metal", detail=0.8)
    lights(f, half, floor - height * 0.58, height * 0.13)
    f.box("bumper", half - 0.12, floor - height * 0.22, half + 0.04, floor - 0.01, "metal", rounding=0.05, detail=0.6)
    extra = f.pick(("", "", "a roof rack", "an aerial", "a spoiler"))
    if extra == "a roof rack":
        f.box("luggage", b * 0.8, top - cabin * 0.3, c * 0.7 - half * 0.02, top - cabin * 0.08, "accent", rounding=0.04)
        f.curve("roof rack", [(b * 0.95, top - 0.02), (c, top - 0.02)], 0.03, "metal", detail=0.4)
    elif extra == "an aerial":
        f.curve("aerial", [(b, top + 0.02), (b - 0.12, top - cabin * 0.7)], 0.025, "dark", detail=0.1, sharp=True)
    elif extra == "a spoiler":
        f.polygon(
            "spoiler", [(-tail, belt + 0.04), (-tail - 0.1, belt - 0.18), (-tail + 0.22, belt - 0.13),
             (-tail + 0.16, belt + 0.04)], "second", detail=0.05,
        )  # fmt: skip
    if extra:
        f.has(extra)


def lights(f: Figure, half: float, y: float, size: float) -> None:
    """A lamp in front, a red one behind."""
    f.ellipse("headlight", half - size * 1.2, y, size, size, "glow", detail=0.4, gloss=0.4)
    f.box("tail light", -half + size * 0.4, y - size, -half + size * 1.4, y + size, "accent", rounding=0.03, detail=0.6)


def bus(f: Figure, half: float, height: float, floor: float) -> None:
    """A long shell full of windows, on one floor or two."""
    double, columns, bands = f.maybe(0.3), f.count(4, 6), f.maybe(0.6)
    storey = height * 0.86 if double else height
    top, bonnet = floor - storey * (1.75 if double else 1.0), f.gene(0.0, 0.09)
    f.blob(
        "body", [(-half, floor - 0.05), (-half, floor - 0.2), (-half, top + 0.2), (-half + 0.03, top + 0.03),
         (-half + 0.2, top), (half - 0.28, top), (half - 0.1 - bonnet, top + 0.04), (half - bonnet, top + 0.24),
         (half, floor - storey * 0.4), (half, floor - 0.2), (half - 0.01, floor), (half - 0.2, floor),
         (-half + 0.2, floor), (-half + 0.02, floor)], bulge=0.45,
    )  # fmt: skip
    if bands:
        f.box("stripe", -half, floor - storey * 0.4, half, floor - storey * 0.28, "second", detail=0.15)
    step = (2 * half - 0.62) / columns
    for row in range(2 if double else 1):
        y = top + 0.12 + storey * (0.18 + 0.8 * row)
        for k in range(columns):
            x = -half + 0.14 + step * (k + 0.5)
            window(f, x, y, step * 0.8, storey * 0.3, detail=0.25)
        if row == 0 and double:
            f.box("window", half - 0.4, y - storey * 0.15, half - 0.1, y + storey * 0.15, "glass", detail=0.25)
    y = floor - storey * 0.97 + (0.12 if not double else 0.3)
    f.polygon(
        "windscreen", [(half - 0.17 - bonnet, y), (half - 0.03 - bonnet, y), (half - 0.01, floor - storey * 0.42),
         (half - 0.13, floor - storey * 0.42)], "glass", detail=0.2, gloss=0.4,
    )  # fmt: skip
    f.box("door", half - 0.44, y, half - 0.2, floor - 0.05, "accent", detail=0.2)
    f.box("door's pane", half - 0.4, y + 0.06, half - 0.24, floor - storey * 0.3, "glass", detail=0.6)
    lights(f, half - 0.02, floor - storey * 0.16, 0.06)
    if double:
        f.has("two floors")
    if bands:
        f.has("a stripe along it")


def van(f: Figure, half: float, height: float, floor: float) -> None:
    """A shell without windows behind, with a short nose."""
    top, nose = floor - height, half * f.gene(0.28, 0.42)
    f.polygon(
        "body", [(-half, floor), (-half, top + 0.06), (-half + 0.08, top), (half - nose - 0.3, top),
         (half - nose, floor - height * 0.52), (half - 0.06, floor - height * 0.42), (half, floor - height * 0.3),
         (half, floor)], bulge=0.35,
    )  # fmt: skip
    x, y = half - nose - 0.3, floor - height * 0.52
    f.polygon("window", [(x - 0.3, y), (x - 0.3, top + 0.1), (x - 0.02, top + 0.1), (x + 0.22, y)], "glass", gloss=0.4)
    seam = [(x - 0.36, top + 0.08), (x - 0.36, floor - 0.06), (x + 0.26, floor - 0.06), (x + 0.26, y)]
    f.curve("door", seam, 0.018, "dark", sharp=True, detail=0.4)
    f.curve("sliding door", [(-half * 0.42, top + 0.08), (-half * 0.42, floor - 0.06)], 0.018, detail=0.5, sharp=True)
    mark = f.pick(("stripe", "window", "sign", ""))
    if mark == "stripe":
        f.box("stripe", -half, floor - height * 0.36, half - 0.05, floor - height * 0.26, "second", detail=0.4)
    elif mark == "window":
        window(f, -half * 0.7, (y + top) / 2, half * 0.4, height * 0.28)
    elif mark == "sign":
        f.ellipse(
            "sign", -half * 0.45, floor - height * 0.55, half * 0.3, height * 0.2, "second", bulge=0.0, detail=0.3,
        )  # fmt: skip
    if mark:
        f.has("a window behind" if mark == "window" else f"a {mark} on its side")
    lights(f, half, floor - height * 0.27, 0.07)


def lorry(f: Figure, half: float, height: float, floor: float) -> None:
    """A cab that carries something behind it."""
    load, nosed, exhaust = f.pick(("box", "tank", "open", "logs")), f.maybe(0.4), f.maybe(0.5)
    cab = 0.62 * f.gene(0.9, 1.1)
    back = half - cab - (0.24 if nosed else 0.0)
    front, deck = back - 0.07, floor - height * 0.14
    roof = floor - height * 0.86 * f.gene(0.9, 1.05)
    f.box("chassis", -half, deck - 0.02, half - 0.05, floor + 0.05, "dark", detail=0.1)
    match load:
        case "box":
            f.box("load", -half, floor - height * 1.1, front, deck, bulge=0.3)
            f.box("stripe", -half, floor - height * 0.5, front, floor - height * 0.36, "accent", detail=0.5)
        case "tank":
            f.box("load", -half, floor - height * 0.92, front, deck, rounding=height * 0.36, bulge=0.95, gloss=0.35)
            for t in (0.33, 0.66):
                x = -half + (front + half) * t
                f.box("band", x - 0.03, floor - height * 0.92, x + 0.03, deck, "accent", detail=0.5, bulge=0.8)
        case "open":
            f.blob(
                "heap", [(-half, deck - 0.2), (-half * 0.75, floor - height * 0.86),
                 (-half * 0.4, floor - height * 0.72), (front * 0.4, floor - height * 0.96),
                 (front - 0.05, floor - height * 0.6), (front - 0.1, deck)], "wood",
            )  # fmt: skip
            f.polygon(
                "load", [(-half - 0.06, floor - height * 0.56), (front + 0.02, floor - height * 0.56), (front, deck),
                 (-half + 0.05, deck)],
            )  # fmt: skip
            for t in (0.25, 0.5, 0.75):
                x = -half + (front + half) * t
                f.curve("rib", [(x, floor - height * 0.54), (x, deck)], 0.035, "dark", detail=0.5, sharp=True)
        case _:
            tall = height * 0.13
            for row, ends in ((0, (0.0, 0.0)), (1, (0.05, 0.03)), (2, (0.02, 0.08))):
                y = deck - tall - row * tall * 1.9
                f.box("log", -half + ends[0], y - tall, front - ends[1], y + tall, rounding=tall * 0.9, bulge=0.9)
                f.ellipse("log's end", -half + ends[0] + 0.07, y, 0.05, tall * 0.8, "wood", detail=0.5)
            f.curve("stake", [(front, deck), (front, deck - tall * 6.6)], 0.06, "metal", sharp=True)
    if exhaust:
        f.curve("exhaust pipe", [(back + 0.02, deck), (back + 0.02, roof - 0.2)], 0.07, "metal", detail=0.4, sharp=True)
    if nosed:
        f.box("bonnet", half - 0.4, floor - height * 0.46, half, floor, "second", rounding=0.08, join="cab")
        front = half - 0.24
    else:
        front = half
    f.polygon(
        "cab", [(back, floor), (back, roof + 0.05), (back + 0.05, roof), (front - 0.14, roof),
         (front, floor - height * 0.42), (front, floor)], "second", join="cab", bulge=0.4,
    )  # fmt: skip
    y = floor - height * 0.44
    f.polygon(
        "window", [(back + 0.14, y), (back + 0.14, roof + 0.1), (front - 0.17, roof + 0.1), (front - 0.07, y)],
        "glass", detail=0.1, gloss=0.4,
    )  # fmt: skip
    seam = [(back + 0.12, y), (back + 0.12, floor - 0.06), (front - 0.1, floor - 0.06), (front - 0.1, y)]
    f.curve("door", seam, 0.02, "dark", detail=0.5, sharp=True)
    f.ellipse("headlight", half - 0.06, floor - 0.12, 0.06, 0.06, "glow", detail=0.4)
    f.has({"box": "a box on it", "tank": "a tank", "open": "a heap of earth", "logs": "logs on it"}[load])


def engine(f: Figure, *, boiler: str = "round", length: float = 2.0, drivers: float = 0.3, rails: bool = False) -> None:
    """A boiler or a motor under a long bonnet, a chimney on it, a cab behind; wheels of two sizes."""
    half, girth = length / 2 * f.gene(0.92, 1.1), 0.29 * f.gene(0.85, 1.15)
    r = drivers * f.gene(0.9, 1.12)
    small = 0.16 if rails else 0.24
    if rails:
        locomotive(f, half, girth, r, small)
    else:
        tractor(f, half, girth, r, small, boiler)


def locomotive(f: Figure, half: float, girth: float, r: float, small: float) -> None:
    """A steam engine on its rails."""
    pairs, domes, fork = f.count(2, 3), f.count(1, 2), f.maybe(0.5)
    chimney, tender, steam = f.pick(("straight", "flared", "bulb")), f.maybe(0.25), f.maybe(0.5)
    tall = f.gene(0.3, 0.55)
    deck = -r * 1.25
    y = deck - girth
    if tender:
        f.polygon(
            "tender", [(-half - 0.72, deck - 0.5), (-half - 0.1, deck - 0.5), (-half - 0.12, -0.2),
             (-half - 0.68, -0.2)], "second",
        )  # fmt: skip
        f.blob(
            "coal", [(-half - 0.66, deck - 0.5), (-half - 0.5, deck - 0.63), (-half - 0.28, deck - 0.6),
             (-half - 0.14, deck - 0.5)], "dark", detail=0.4,
        )  # fmt: skip
        for x in (-half - 0.56, -half - 0.24):
            wheel(f, x, -small, small, "accent")
    if steam:
        smoke(f, half - 0.32, y - girth - tall, 0.17)
    x = half - 0.3
    match chimney:
        case "flared":
            points = [(x - 0.08, y), (x - 0.15, y - girth - tall), (x + 0.15, y - girth - tall), (x + 0.08, y)]
        case "bulb":
            points = [
                (x - 0.07, y), (x - 0.07, y - girth - tall * 0.35), (x - 0.2, y - girth - tall * 0.7),
                (x - 0.1, y - girth - tall), (x + 0.1, y - girth - tall), (x + 0.2, y - girth - tall * 0.7),
                (x + 0.07, y - girth - tall * 0.35), (x + 0.07, y),
            ]  # fmt: skip
        case _:
            points = [(x - 0.1, y), (x - 0.1, y - girth - tall), (x + 0.1, y - girth - tall), (x + 0.1, y)]
    f.polygon("chimney", points, "dark", bulge=0.7)
    for k in range(domes):
        x = half - 0.72 - 0.4 * k
        f.box("dome", x - 0.12, y - girth - 0.17, x + 0.12, y, "accent", rounding=0.12, bulge=0.9, gloss=0.3)
    back = -half + 0.62
    f.box("boiler", back - 0.1, y - girth, half - 0.06, y + girth, rounding=0.06, bulge=0.95, gloss=0.2)
    f.box("boiler's front", half - 0.16, y - girth * 1.06, half, y + girth * 1.06, "dark", rounding=0.04, detail=0.2)
    f.box("headlight", half - 0.1, y - girth - 0.16, half + 0.06, y - girth, "glow", rounding=0.04, detail=0.5)
    f.box("frame", -half, deck, half + 0.04, deck + 0.16, "second")
    roof = y - girth - 0.3
    f.box("cab", -half + 0.02, roof, back, deck + 0.16, "second", bulge=0.3, join="cab")
    window(f, (back - half) / 2 + 0.02, roof + 0.24, 0.3, 0.28, "arched" if fork else "plain")
    f.blob(
        "roof", [(-half - 0.08, roof + 0.03), (-half - 0.04, roof - 0.05), (-half + 0.3, roof - 0.12),
         (back + 0.06, roof - 0.05), (back + 0.1, roof + 0.03), (-half + 0.3, roof + 0.03)], "accent",
    )  # fmt: skip
    f.polygon(
        "cowcatcher", [(half - 0.05, deck + 0.1), (half + 0.08, deck + 0.1), (half + 0.3, -0.04),
         (half - 0.05, -0.04)], "metal", detail=0.15,
    )  # fmt: skip
    wheel(f, half - 0.22, -small, small, "accent")
    start, step = -half + r + 0.06, 2.08 * r
    for k in range(pairs):
        wheel(f, start + step * k, -r, r, "accent", spokes=2)
    f.curve(
        "rod", [(start, -r + 0.06), (start + step * (pairs - 1), -r + 0.06), (half - 0.32, -r - 0.02)], 0.06, "metal",
        detail=0.4, sharp=True,
    )  # fmt: skip
    left = -half - (0.85 if tender else 0.15)
    f.curve("track", [(left, 0.02), (half + 0.35, 0.02)], 0.04, "metal", detail=0.35, sharp=True)
    f.has("a tender" if tender else f"{NUMBERS[domes]} dome{'s' if domes > 1 else ''}")


def tractor(f: Figure, half: float, girth: float, r: float, small: float, boiler: str) -> None:
    """A bonnet between a huge wheel and a small one."""
    cab, lamp = f.maybe(0.65), f.maybe(0.6)
    tall, reach = f.gene(0.3, 0.6), f.gene(0.9, 1.1)
    axle, y = -half * 0.42, -r * 1.05
    front = half * 0.82 * reach
    f.curve("exhaust pipe", [(front - 0.4, y - girth), (front - 0.4, y - girth - tall)], 0.08, "metal", sharp=True)
    rounding = girth * (0.9 if boiler == "round" else 0.3)
    f.box("frame", axle, y, front - 0.1, y + girth * 0.9, "dark")
    f.box("bonnet", axle, y - girth, front, y + girth * 0.6, rounding=rounding, bulge=0.6, gloss=0.2)
    f.box("grille", front - 0.12, y - girth * 0.6, front - 0.02, y + girth * 0.4, "metal", detail=0.4)
    if lamp:
        f.ellipse("headlight", front - 0.22, y - girth * 0.4, 0.07, 0.07, "glow", detail=0.5)
    roof = y - girth - 0.62
    if cab:
        f.polygon(
            "cab", [(axle - 0.32, y), (axle - 0.26, roof), (axle + 0.3, roof), (axle + 0.44, y - girth),
             (axle + 0.4, y)], "glass", bulge=0.1, gloss=0.4,
        )  # fmt: skip
        f.curve("post", [(axle + 0.12, roof), (axle + 0.12, y - girth * 0.6)], 0.05, "second", detail=0.4, sharp=True)
        f.box("roof", axle - 0.36, roof - 0.1, axle + 0.42, roof + 0.03, "second", rounding=0.06)
        f.has("a cab")
    else:
        f.limb(
            "seat", [(axle - 0.3, y - girth - 0.36, 0.1), (axle - 0.24, y - girth, 0.12),
             (axle + 0.04, y - girth, 0.12)], "second",
        )  # fmt: skip
        f.curve("steering wheel", [(axle + 0.5, y - girth), (axle + 0.34, y - girth - 0.22)], 0.05, detail=0.3)
        f.limb("steering wheel", [(axle + 0.24, y - girth - 0.14, 0.05), (axle + 0.44, y - girth - 0.3, 0.05)], "dark")
    wheel(f, front - 0.26, -small, small, "accent")
    turns = (-2.9, -2.4, -1.9, -1.4, -0.9, -0.4)
    fender = [(axle + math.cos(t) * r * 1.08, -r + math.sin(t) * r * 1.08) for t in turns]
    f.blob("mudguard", [*fender, (axle, -r)], "second", detail=0.1)
    wheel(f, axle, -r, r, "accent")

"""What flies or dives: hulls with wings, a rotor, fins or a tower, and balloons.

The hulls lie around y = 0 and point to the right.
"""

from __future__ import annotations

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.shapes import NUMBERS, flag, mirrored, window


def aircraft(f: Figure, *, lift: str = "wings", length: float = 2.4, girth: float = 0.34) -> None:
    """A hull full of air or men; `lift` is what holds it up: wings, a rotor, a flame or water."""
    half, girth = length / 2 * f.gene(0.9, 1.08), girth * f.gene(0.85, 1.2)
    match lift:
        case "wings":
            airplane(f, half, girth)
        case "rotor":
            helicopter(f, half, girth)
        case "flame":
            with f.at(0, 0, -90):
                rocket(f, half, girth)
        case _:
            submarine(f, half, girth)


def airplane(f: Figure, half: float, girth: float) -> None:
    """Seen from the side and a little from above: the near wing comes towards us."""
    power, row, tee = f.pick(("jets", "tail jets", "propeller", "propeller")), f.count(4, 7), f.maybe(0.3)
    sweep, span, biplane, band = f.gene(0.1, 0.5), f.gene(0.75, 1.0), f.maybe(0.3), f.maybe(0.4)
    spin = f.pose(-40, 40)
    r = girth / 2
    root, back = half * 0.28, -half * 0.16
    tip, width = back - sweep * 0.8 * half, half * 0.2

    def wing(way: float, y: float, shade: float) -> None:
        reach = way * half * span * (0.5 if way < 0 else 0.62)
        points = [(root, y), (back, y), (tip, y + reach), (tip + width, y + reach)]
        f.polygon("wing", points, "second", shade=shade, bulge=0.15)

    wing(-0.9, -r * 0.3, 0.72)
    if power == "jets":
        f.box(
            "engine", back, -half * 0.3, back + half * 0.26, -half * 0.2, "accent", rounding=0.06, shade=0.75,
            detail=0.5,
        )  # fmt: skip
    x = -half * 0.96
    fin = half * (0.34 + 0.16 * sweep)
    f.polygon(
        "tail", [(x + half * 0.34, -r * 0.4), (x + 0.1, -fin - r * 0.4), (x - 0.06, -fin - r * 0.4), (x, -r * 0.1)],
        "second",
    )  # fmt: skip
    hull: list[Point] = [
        (-half, -r * 0.3), (-half * 0.5, -r * 0.86), (0.0, -r), (half * 0.6, -r * 0.96), (half * 0.86, -r * 0.62),
        (half, 0.02), (half * 0.86, r * 0.66), (half * 0.4, r), (0.0, r), (-half * 0.55, r * 0.6),
    ]  # fmt: skip
    f.blob("body", hull, bulge=0.95, gloss=0.2)
    y = -fin * 0.9 - r * 0.4 if tee else -r * 0.1
    f.polygon(
        "tail", [(x + 0.26, y), (x, y), (x - 0.2, y + half * 0.16), (x - 0.06, y + half * 0.16)], "accent", detail=0.1,
    )  # fmt: skip
    if power == "propeller":
        f.ellipse("nose", half * 0.98, 0.02, r * 0.4, r * 0.42, "accent", bulge=0.9)
        with f.at(half * 1.04, 0.02, spin * 0.3):
            for way in (-1, 1):
                f.blob(
                    "propeller", [(-0.03, 0), (-0.06, way * r * 1.0), (0, way * r * 1.9), (0.05, way * r * 1.0),
                     (0.03, 0)], "dark", bulge=0.2,
                )  # fmt: skip
        f.polygon(
            "cockpit", [(half * 0.18, -r * 0.9), (half * 0.3, -r * 1.6), (half * 0.5, -r * 1.5),
             (half * 0.66, -r * 0.8)], "glass", gloss=0.5,
        )  # fmt: skip
    else:
        f.polygon(
            "cockpit", [(half * 0.74, -r * 0.24), (half * 0.74, -r * 0.7), (half * 0.84, -r * 0.6),
             (half * 0.93, -r * 0.2)], "glass", detail=0.2, gloss=0.4,
        )  # fmt: skip
        for k in range(row):
            window(f, -half * 0.5 + half * 1.1 * (k + 0.5) / row, -r * 0.34, half * 0.1, r * 0.46, "round", detail=0.4)
    if power == "tail jets":
        f.box(
            "engine", -half * 0.78, -r * 1.05, -half * 0.42, -r * 0.25, "accent", rounding=r * 0.4, bulge=0.9,
            detail=0.1,
        )  # fmt: skip
    if band:
        f.box("stripe", -half * 0.5, r * 0.1, half * 0.55, r * 0.32, "accent", detail=0.6)
    if biplane and power == "propeller":
        f.polygon(
            "wing", [(root, -r * 2.6), (back, -r * 2.6), (back - 0.1, -r * 1.9), (root - 0.1, -r * 1.9)], "second",
        )  # fmt: skip
        for x in (back + 0.04, root - 0.12):
            f.curve("strut", [(x, -r * 2.0), (x, -r * 0.2)], 0.03, "dark", detail=0.3, sharp=True)
    if power == "jets":
        f.box(
            "engine", back * 0.4 - half * 0.16, r * 0.9, back * 0.4 + half * 0.2, r * 1.7, "accent", rounding=r * 0.4,
            bulge=0.9,
        )  # fmt: skip
    wing(1.0, r * 0.2, 1.0)
    f.has({"jets": "engines under its wings", "tail jets": "engines at its tail", "propeller": "a propeller"}[power])


def helicopter(f: Figure, half: float, girth: float) -> None:
    """A bubble with a boom behind it, under a rotor."""
    feet, doors, fin = f.pick(("skids", "skids", "wheels")), f.maybe(0.5), f.maybe(0.5)
    long, high, spread = f.gene(0.85, 1.15), f.gene(0.12, 0.3), f.gene(0.85, 1.1)
    r, tilt, spin = girth * 0.95, f.pose(-6, 6), f.pose(-80, 80)
    x, end = half * 0.3, -half * 1.0 * long
    f.limb(
        "tail", [(x, -r * 0.3, r * 0.9), (x - half * 0.6, -r * 0.36, r * 0.44), (end, -r * 0.42, r * 0.24)],
        join="body",
    )  # fmt: skip
    f.polygon(
        "fin", [(end + 0.16, -r * 0.4), (end + 0.02, -r * 1.25), (end - 0.16, -r * 1.25), (end - 0.06, -r * 0.3)],
        "second",
    )  # fmt: skip
    if fin:
        f.polygon(
            "fin", [(end + 0.4, -r * 0.42), (end + 0.16, -r * 0.42), (end + 0.08, -r * 0.1), (end + 0.28, -r * 0.1)],
            "second", detail=0.3,
        )  # fmt: skip
    with f.at(end - 0.04, -r * 1.1, spin):
        f.blob(
            "tail rotor", [(-r * 0.85, -0.03), (0, -0.02), (r * 0.85, -0.03), (r * 0.85, 0.03), (0, 0.02),
             (-r * 0.85, 0.03)], "dark", bulge=0.1,
        )  # fmt: skip
    mast, top = x - half * 0.05, -r * 0.96 - high
    f.polygon(
        "mast", [(mast - 0.13, -r * 0.7), (mast - 0.06, top), (mast + 0.06, top), (mast + 0.13, -r * 0.7)], "metal",
    )  # fmt: skip
    nose = x + r * 1.45
    for way in (x - r * 0.7, x + r * 0.55):
        if feet == "skids":
            f.curve("strut", [(way, r * 0.6), (way + r * 0.08, r * 1.42)], 0.05, "metal", detail=0.2, sharp=True)
        else:
            f.curve("strut", [(way, r * 0.6), (way, r * 1.2)], 0.05, "metal", detail=0.2, sharp=True)
            f.ellipse("wheel", way, r * 1.25, r * 0.2, r * 0.2, "dark")
    if feet == "skids":
        f.curve(
            "skid", [(x - r * 1.35, r * 1.42), (x + r * 1.1, r * 1.42), (x + r * 1.45, r * 1.22)], 0.07, "metal",
            sharp=True,
        )  # fmt: skip
    f.blob(
        "body", [(x - r * 1.35, -r * 0.1), (x - r * 0.8, -r * 0.82), (x, -r * 0.98), (x + r * 0.8, -r * 0.78),
         (nose, r * 0.16), (nose - r * 0.2, r * 0.62), (x + r * 0.4, r * 0.84), (x - r * 0.7, r * 0.76)], join="body",
        bulge=0.95, gloss=0.25,
    )  # fmt: skip
    f.blob(
        "window", [(x + r * 0.3, -r * 0.74), (x + r * 0.8, -r * 0.62), (nose - r * 0.14, r * 0.08),
         (x + r * 0.9, r * 0.26), (x + r * 0.36, r * 0.2)], "glass", gloss=0.5, bulge=0.6,
    )  # fmt: skip
    if doors:
        f.box("door", x - r * 0.45, -r * 0.62, x + r * 0.18, r * 0.55, "second", rounding=r * 0.12, detail=0.3)
        f.box("window", x - r * 0.32, -r * 0.5, x + r * 0.06, -r * 0.05, "glass", rounding=r * 0.1, detail=0.5)
    else:
        f.ellipse("window", x - r * 0.35, -r * 0.22, r * 0.3, r * 0.3, "glass", detail=0.3)
    with f.at(mast, top, tilt):
        reach = half * 1.05 * spread
        f.ellipse("rotor hub", 0, 0, 0.09, 0.06, "dark", detail=0.3)
        for way in (-1, 1):
            f.polygon("rotor", [(0, -0.03), (way * reach, -0.05), (way * reach, 0.035), (0, 0.03)], "dark", bulge=0.1)
    f.has(feet)


def rocket(f: Figure, half: float, girth: float) -> None:
    """A hull that points where it goes; drawn lying, stood up by its family."""
    ports, fins, bands = f.count(1, 3), f.pick(("swept", "round")), f.count(0, 2)
    fire, sharp, wide = f.maybe(0.6), f.gene(0.5, 0.8), f.gene(0.8, 1.2)
    r = girth * 0.75
    if fire:
        flame = [
            (-half, -r * 0.5), (-half - 0.3, -r * 0.62), (-half - 0.7, 0.0), (-half - 0.3, r * 0.62), (-half, r * 0.5),
        ]  # fmt: skip
        f.blob("flame", flame, "glow", bulge=0.0, detail=0.2)
    f.polygon(
        "nozzle", [(-half - 0.12, -r * 0.6), (-half + 0.1, -r * 0.4), (-half + 0.1, r * 0.4), (-half - 0.12, r * 0.6)],
        "dark",
    )  # fmt: skip
    for way in (-1, 1):
        reach = way * r * (1.3 + 0.8 * wide)
        if fins == "swept":
            f.polygon(
                "fin", [(-half * 0.2, way * r * 0.7), (-half * 0.8, reach), (-half - 0.22, reach),
                 (-half * 0.9, way * r * 0.5)], "second",
            )  # fmt: skip
        else:
            f.blob(
                "fin", [(-half * 0.3, way * r * 0.7), (-half * 0.5, reach * 0.85), (-half * 1.1, reach),
                 (-half * 0.95, way * r * 0.5)], "second",
            )  # fmt: skip
    f.blob(
        "body", [(-half, -r * 0.52), (-half * 0.5, -r * 0.95), (half * 0.1, -r), (half * 0.55, -r * 0.76), (half, 0.0),
         (half * 0.55, r * 0.76), (half * 0.1, r), (-half * 0.5, r * 0.95), (-half, r * 0.52)], bulge=0.95, gloss=0.25,
    )  # fmt: skip
    x = half * sharp
    f.blob(
        "nose", [(x - 0.04, -r * 0.75 * (1.35 - sharp)), (x + 0.02, 0.0), (x - 0.04, r * 0.75 * (1.35 - sharp)),
         (half * 0.85, r * 0.26), (half + 0.1, 0.0), (half * 0.85, -r * 0.26)], "second", detail=0.1,
    )  # fmt: skip
    for k in range(ports):
        window(f, half * (0.28 - 0.34 * k), 0.0, r * 0.85, r * 0.85, "round", detail=0.1)
    for k in range(bands):
        left = -half * (0.55 + 0.2 * k)
        f.box("stripe", left, -r * 0.8, left + 0.1, r * 0.8, "accent", detail=0.4, bulge=0.9)
    f.box("fin", -half * 1.05, -r * 0.13, -half * 0.4, r * 0.13, "accent", detail=0.2)
    f.has(f"{NUMBERS[ports]} window{'s' if ports > 1 else ''}")


def submarine(f: Figure, half: float, girth: float) -> None:
    """A hull like a cigar, with a tower and an eye on a stalk."""
    ports, high, fins = f.count(2, 5), f.gene(0.7, 1.1), f.maybe(0.6)
    place, spin = f.gene(-0.1, 0.3), f.pose(-25, 25)
    r = girth * 0.9
    x, top = half * place, -r * (0.8 + high)
    f.curve("periscope", [(x, top), (x, top - r * 0.8), (x + r * 0.32, top - r * 0.8)], 0.08, "metal", sharp=True)
    f.polygon(
        "tower", [(x - half * 0.26, -r * 0.6), (x - half * 0.22, top), (x + half * 0.14, top),
         (x + half * 0.24, -r * 0.6)], "second", bulge=0.6,
    )  # fmt: skip
    with f.at(-half - 0.08, 0, spin):
        for way in (-1, 1):
            f.blob(
                "propeller", [(-0.04, 0), (-0.12, way * r * 0.5), (0, way * r * 0.85), (0.1, way * r * 0.5),
                 (0.04, 0)], "metal", bulge=0.2,
            )  # fmt: skip
    for way in (-1, 1):
        f.polygon(
            "fin", [(-half * 0.6, way * r * 0.4), (-half * 0.72, way * r * 1.2), (-half * 0.95, way * r * 1.2),
             (-half * 0.96, 0)], "accent",
        )  # fmt: skip
    f.blob(
        "body", [(-half, 0.0), (-half * 0.7, -r * 0.62), (-half * 0.1, -r), (half * 0.6, -r * 0.92),
         (half * 0.94, -r * 0.5), (half, 0.0), (half * 0.94, r * 0.5), (half * 0.6, r * 0.92), (-half * 0.1, r),
         (-half * 0.7, r * 0.62)], bulge=0.95, gloss=0.2,
    )  # fmt: skip
    for k in range(ports):
        window(f, half * (0.62 - 0.27 * k), -r * 0.12, r * 0.5, r * 0.5, "round", detail=0.1)
    if fins:
        f.polygon(
            "fin", [(x + 0.1, r * 0.34), (x - 0.3, r * 0.34), (x - 0.42, r * 0.6), (x - 0.06, r * 0.6)], "accent",
            detail=0.3,
        )  # fmt: skip
    f.has(f"{NUMBERS[ports]} windows")


def balloon(f: Figure, *, height: float = 1.0) -> None:
    """A bag of hot air over a basket."""
    shape, stripes, belt = f.pick(("round", "pear", "tall")), f.count(1, 3), f.maybe(0.4)
    fire, sacks, pennant = f.maybe(0.6), f.maybe(0.4), f.maybe(0.25)
    r, drop, wide = 0.8 * f.gene(0.9, 1.1), f.gene(0.36, 0.66), f.gene(0.2, 0.28)
    ry = height * r * {"round": 1.0, "pear": 1.1, "tall": 1.28}[shape]
    mouth, narrow = ry * 1.2, {"round": 0.3, "pear": 0.17, "tall": 0.26}[shape]
    if pennant:
        flag(f, 0, -ry + 0.03, 0.2)
    y = mouth + drop
    for way in (-1, 1):
        f.curve("rope", [(way * r * narrow, mouth), (way * wide, y)], 0.025, "dark", detail=0.15, sharp=True)
        f.curve("rope", [(way * r * narrow * 0.4, mouth), (way * wide * 0.4, y)], 0.02, "dark", detail=0.5, sharp=True)
    if fire:
        f.blob(
            "flame", [(-0.05, mouth + drop * 0.5), (0, mouth + drop * 0.1), (0.05, mouth + drop * 0.5),
             (0, mouth + drop * 0.6)], "glow", detail=0.5,
        )  # fmt: skip

    def gore(t: float, slot: str, detail: float) -> None:
        w = r * t
        left = [(-w * narrow, mouth), (-w * (narrow + 0.2), ry * 0.98), (-w * 0.84, ry * 0.5), (-w, -ry * 0.12)]
        outline = mirrored([*left, (-w * 0.62, -ry * 0.8), (0.0, -ry)])
        f.blob("balloon" if t == 1 else "stripe", outline, slot, bulge=0.95 if t == 1 else 0.7, detail=detail)

    gore(1, "main", 0)
    for k, t in enumerate({1: (0.34,), 2: (0.66, 0.28), 3: (0.76, 0.5, 0.2)}[stripes]):
        gore(t, "main" if k % 2 else "second", 0.1)
    if belt:
        f.polygon(
            "belt", [(-r * 0.96, -ry * 0.26), (r * 0.96, -ry * 0.26), (r, 0.02), (-r, 0.02)], "accent", detail=0.15,
            bulge=0.8,
        )  # fmt: skip
        f.has("a belt")
    depth = wide * f.gene(1.4, 1.9)
    f.polygon("basket", [(-wide, y), (wide, y), (wide * 0.86, y + depth), (-wide * 0.86, y + depth)], "wood", bulge=0.5)
    f.box("basket's rim", -wide * 1.08, y - 0.03, wide * 1.08, y + 0.05, "accent", rounding=0.03, detail=0.5)
    if sacks:
        for way in (-1, 1):
            f.ellipse("sack", way * wide * 0.98, y + depth * 0.5, 0.055, 0.09, "light", detail=0.6)
    f.has(f"{NUMBERS[stripes]} stripe{'s' if stripes > 1 else ''}")

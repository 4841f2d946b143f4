"""Birds: one program for those seen from the side, one for those that stand upright and look at you."""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point


def bird(
    f: Figure,
    *,
    girth: float = 0.5,
    pitch: float = 12.0,
    legs: float = 0.22,
    neck: float = 0.2,
    neck_width: float = 0.17,
    rise: float = 55.0,
    bend: float = 0.0,
    head: float = 0.17,
    bill: str = "cone",
    bill_length: float = 0.16,
    tail: str = "short",
    comb: bool = False,
    feet: str = "claws",
    raised: float = 0.12,
    swims: float = 0.0,
    one_leg: float = 0.0,
    perch: bool = False,
    wing_span: float = 1.0,
    hood: bool = False,
) -> None:
    """A bird that looks to the right; lengths in units of the body's length.

    `pitch` is how upright the body is, `rise` how steep the neck, `bend` how much of an S it is; `raised`, `swims` and
    `one_leg` are the chances of raised wings, of a bird on water, of a leg drawn up; a `hood` is of a second colour.
    """
    girth *= f.gene(0.86, 1.16)
    neck *= f.gene(0.84, 1.16)
    legs *= f.gene(0.85, 1.15)
    head *= f.gene(0.9, 1.12)
    bill_length *= f.gene(0.85, 1.2)
    pitch += f.pose(-6, 6)
    rise += f.pose(-9, 9)
    stride = f.pose(-0.05, 0.12)
    wings_up, afloat, drawn_up = f.maybe(raised), f.maybe(swims), f.maybe(one_leg)
    wing_slot = f.pick(("main", "second"))
    turn = math.radians(pitch)

    def along(x: float, y: float) -> Point:
        return x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)

    low = max(girth * 0.5, 0.42 * math.sin(turn))
    ground = low * 0.92 + legs
    hip = along(-0.04, girth * 0.3)
    if wings_up:
        with f.at(*along(0.1, -girth * 0.25), 24 - pitch, wing_span):
            wing(f, "far wing", "far", 0.72)
    with f.at(0, 0, -pitch):
        tail_feathers(f, tail, girth)
    if not afloat:
        shank(f, "far leg", hip[0] + 0.1, hip[1], ground - 0.02, stride, feet, 0.7, drawn_up)
    if perch:
        branch(f, hip[0] + 0.05, ground)
    bx, by = along(0.3, -girth * 0.12)
    up = math.radians(rise)
    way = []
    for k in range(6):
        t = k / 5
        out = bend * neck * math.sin(2 * math.pi * t)
        x = bx + neck * t * math.cos(up) + out * math.sin(up)
        y = by - neck * t * math.sin(up) + out * math.cos(up)
        way.append((x, y, neck_width * (1 + min(0.9, 3 * neck) * (1 - t) ** 3)))
    f.limb("neck", way, join="body")
    with f.at(0, 0, -pitch):
        g = girth
        f.blob(
            "body",
            [(-0.5, -0.1 * g), (-0.28, -0.4 * g), (0.02, -0.5 * g), (0.3, -0.4 * g), (0.46, -0.05 * g),
             (0.34, 0.36 * g),
             (0.06, 0.5 * g), (-0.26, 0.32 * g)],
            join="body",
            bulge=0.9,
        )  # fmt: skip
    hx, hy, _ = way[-1]
    with f.at(hx, hy, f.pose(-12, 12)):
        bird_head(f, head, bill, bill_length, comb, hood)
    if not afloat:
        shank(f, "leg", hip[0], hip[1], ground, -stride, feet, 1.0, False)
    if wings_up:
        with f.at(*along(0.06, -girth * 0.2), -8 - pitch, wing_span):
            wing(f, "wing", wing_slot, 1.0)
        f.has("raised wings")
    else:
        with f.at(0, 0, -pitch):
            g = girth
            f.blob(
                "wing",
                [(0.28, -0.05 * g), (0.1, -0.34 * g), (-0.25, -0.32 * g), (-0.6, -0.08 * g), (-0.42, 0.04 * g),
                 (-0.32, 0.2 * g), (-0.16, 0.17 * g), (-0.03, 0.3 * g), (0.18, 0.24 * g)],
                wing_slot,
                shade=0.93,
                detail=0.1,
            )  # fmt: skip
            f.curve("feather", [(-0.36, -0.06 * g), (-0.16, -0.02 * g), (0.04, 0.1 * g)], 0.014, detail=0.75)
    if afloat:
        f.curve(
            "ripple", [(-0.62, low * 0.9), (-0.3, low * 0.98), (0.1, low * 0.94), (0.62, low * 0.98)], 0.03, "glass"
        )
        f.traits["pose"] = "swimming"
    if drawn_up:
        f.has("one leg drawn up")


def shank(
    f: Figure, name: str, x: float, y: float, ground: float, step: float, feet: str, shade: float, up: bool
) -> None:
    """A thigh of feathers, a thin leg whose joint bends backwards, and a foot."""
    slot = "accent"
    knee, foot = (x - 0.06, (y + ground) / 2 + 0.02), (x + step + 0.02, ground)
    if up:
        knee, foot = (x + 0.17, (y + ground) / 2 - 0.02), (x - 0.05, (y + ground) / 2 + 0.05)
    join = "body" if shade == 1 else ""
    f.limb(
        f"{name}'s thigh", [(x, y - 0.06, 0.17), (x * 0.5 + knee[0] * 0.5, y * 0.8 + ground * 0.2, 0.08)],
        join=join, shade=shade, detail=0.3,
    )  # fmt: skip
    f.curve(name, [(x, y + 0.04), knee, foot], 0.04, slot, shade=shade)
    fx, fy = foot
    if feet == "webbed":
        f.polygon(
            "foot", [(fx - 0.05, fy - 0.03), (fx + 0.05, fy - 0.045), (fx + 0.18, fy + 0.015), (fx - 0.04, fy + 0.02)],
            slot, shade=shade, detail=0.3,
        )  # fmt: skip
    else:
        f.curve(
            "foot", [(fx + 0.12, fy - 0.015), (fx, fy - 0.03), (fx - 0.08, fy)], 0.035, slot, shade=shade, detail=0.3
        )


def bird_head(f: Figure, h: float, bill: str, long: float, comb: bool, hood: bool) -> None:
    """A head at the neck's end, looking to the right."""
    end = h * 0.8 + long
    if comb:
        points = f.count(3, 4)
        bumps: list[Point] = [(-h * 0.75, -h * 0.45)]
        for k in range(points):
            x = h * (-0.6 + 1.3 * (k + 0.5) / points)
            s, peak = h / points, 2.0 - 0.3 * abs(k / (points - 1) - 0.5)
            bumps += [(x - 0.5 * s, -h * 1.55), (x, -h * peak), (x + 0.5 * s, -h * 1.55), (x + 0.65 * s, -h * 1.25)]
        f.blob("comb", [*bumps, (h * 0.75, -h * 0.4), (0, -h * 0.3)], "accent", bulge=0.4)
        f.blob("wattle", [(h * 0.6, h * 0.3), (h, h * 0.75), (h * 0.85, h * 1.4), (h * 0.5, h * 0.9)], "accent")
    match bill:
        case "flat":
            f.blob(
                "bill",
                [(h * 0.6, -h * 0.42), (h * 0.8 + long * 0.45, -h * 0.1), (end, -h * 0.12), (end + h * 0.2, h * 0.12),
                 (end - long * 0.2, h * 0.4), (h * 0.6, h * 0.46)],
                "accent",
            )  # fmt: skip
        case "hooked":
            f.blob(
                "beak",
                [(h * 0.5, -h * 0.58), (h * 0.7 + long * 0.5, -h * 0.55), (end, -h * 0.05),
                 (end - long * 0.1, h * 0.85),
                 (end - long * 0.45, h * 0.38), (h * 0.6, h * 0.45)],
                "accent",
            )  # fmt: skip
        case "bent":
            f.blob(
                "bill",
                [(h * 0.5, -h * 0.5), (h * 0.8 + long * 0.35, -h * 0.45), (end - long * 0.1, h * 0.05), (end, h * 0.85),
                 (end - long * 0.22, h * 1.45), (end - long * 0.5, h * 0.75), (h * 0.55, h * 0.55)],
                "accent",
            )  # fmt: skip
            f.blob(
                "bill's tip",
                [(end - long * 0.02, h * 0.72), (end, h * 0.95), (end - long * 0.22, h * 1.46),
                 (end - long * 0.4, h * 0.98)],
                "dark",
                detail=0.5,
            )  # fmt: skip
        case _:
            f.polygon("beak", [(h * 0.6, -h * 0.4), (end, h * 0.1), (h * 0.55, h * 0.45)], "accent", bulge=0.5)
    if hood:
        low = [(-h * 1.05, h * 0.95), (-h * 0.5, h * 0.75), (-h * 0.1, h * 1.15), (h * 0.35, h * 0.8), (h * 0.7, h)]
        f.blob(
            "head", [(h * 0.95, 0), (h * 0.55, -h * 0.8), (-h * 0.2, -h * 0.95), (-h * 0.95, -h * 0.3), *low], "second"
        )
    else:
        f.ellipse("head", 0, 0, h, h * 0.92, join="body")
    f.dot("eye", h * 0.3, -h * 0.2, h * 0.27, "light", detail=0.25)
    f.dot("pupil", h * 0.35, -h * 0.19, h * 0.14, detail=0.6)


def tail_feathers(f: Figure, kind: str, g: float) -> None:
    """A tail at the end of a body that lies along x."""
    long = f.gene(0.85, 1.2)
    match kind:
        case "long":
            for y, reach in ((0.08, 0.4), (0.0, 0.62), (-0.05, 0.5)):
                x = -0.42 - reach * long
                f.blob(
                    "tail feather", [(-0.3, -0.1 * g), (x + 0.1, y - 0.07), (x, y), (x + 0.1, y + 0.06),
                                     (-0.32, 0.16 * g)],
                    "second", detail=0.2, bulge=0.4,
                )  # fmt: skip
        case "fan":
            x = -0.42 - 0.36 * long
            f.blob(
                "tail",
                [(-0.3, -0.2 * g), (x + 0.06, -0.2), (x, -0.15), (x + 0.05, -0.09), (x - 0.02, -0.03), (x + 0.05, 0.03),
                 (x, 0.1), (x + 0.08, 0.13), (-0.3, 0.18 * g)],
                "second",
                bulge=0.4,
            )  # fmt: skip
        case "sickle":
            for k in range(f.count(4, 6)):
                out, up = (0.55 - 0.07 * k) * long, (0.2 + 0.14 * k) * long
                way = [(-0.3, -0.02, 0.16), (-0.42 - out * 0.3, -up * 0.95, 0.13),
                       (-0.45 - out * 0.75, -up * 1.15, 0.11),
                       (-0.5 - out * 1.15, -up * 0.7, 0.05)]  # fmt: skip
                f.limb("tail feather", way, ("second", "accent")[k % 2], detail=0.15, bulge=0.5)
        case "plumes":
            points = []
            for k in range(11):
                a = math.radians(60 + 24 * k)
                out = long * (0.27 if k % 2 else 0.18)
                points.append((-0.44 + math.cos(a) * out, -0.08 + math.sin(a) * out * 1.1))
            f.blob("tail", points, "second")
        case "up":
            f.blob(
                "tail", [(-0.3, -0.36 * g), (-0.5, -0.4 * g), (-0.52 - 0.16 * long, -0.34), (-0.6, -0.06),
                         (-0.34, 0.2 * g)],
                join="body",
            )  # fmt: skip
        case _:
            x = -0.46 - 0.2 * long
            f.polygon("tail", [(-0.3, -0.22 * g), (x, -0.09), (x - 0.04, 0.03), (-0.34, 0.16 * g)], "second")


def wing(f: Figure, name: str, slot: str, shade: float) -> None:
    """A raised wing, its shoulder at (0, 0), its tip above."""
    f.blob(
        name,
        [(0.14, 0.05), (0.2, -0.3), (0.14, -0.66), (-0.02, -0.98), (-0.1, -0.8), (-0.24, -0.9), (-0.25, -0.68),
         (-0.4, -0.7),
         (-0.36, -0.46), (-0.5, -0.42), (-0.38, -0.16), (-0.24, 0.08)],
        slot,
        shade=shade,
        bulge=0.4,
    )  # fmt: skip
    if shade == 1:
        f.curve("feather", [(-0.1, -0.74), (-0.04, -0.4), (0.0, -0.12)], 0.014, detail=0.75)
        f.curve("feather", [(-0.32, -0.58), (-0.2, -0.32), (-0.1, -0.08)], 0.014, detail=0.75)


def branch(f: Figure, x: float, y: float) -> None:
    """What a bird sits on."""
    lean = f.gene(-0.06, 0.06)
    f.limb("branch", [(x - 0.6, y + 0.06 + lean, 0.1), (x, y + 0.05, 0.085), (x + 0.55, y + 0.05 - lean, 0.06)], "wood")


def upright_bird(
    f: Figure,
    *,
    tall: float = 1.0,
    wide: float = 0.62,
    face: str = "discs",
    tufts: bool = False,
    flippers: bool = False,
    perch: bool = False,
) -> None:
    """A bird that stands upright and looks at you; `face` is an owl's `discs` or a penguin's `mask`."""
    t, w = tall * f.gene(0.45, 0.54), wide * f.gene(0.44, 0.57)
    lift = f.pose(8, 42)
    foot = w * 0.42
    if perch:
        branch(f, 0, t * 0.98)
    for side in (-1, 1):
        if flippers:
            f.ellipse("foot", side * foot, t, w * 0.4, t * 0.08, "accent")
            with f.at(side * w * 0.8, -t * 0.3, -side * lift):
                f.blob(
                    "wing",
                    [(-side * w * 0.24, -t * 0.1), (side * w * 0.2, -t * 0.06), (side * w * 0.36, t * 0.4),
                     (side * w * 0.16, t * 0.86),
                     (-side * w * 0.1, t * 0.45)],
                    shade=0.9,
                    bulge=0.4,
                )  # fmt: skip
    if tufts:
        sharp = f.gene(1.1, 1.38)
        for side in (-1, 1):
            f.polygon(
                "ear tuft", [(side * w * 0.24, -t * 0.92), (side * w * 0.8, -t * sharp),
                             (side * w * 0.93, -t * 0.6)], join="body"
            )  # fmt: skip
    half = [(w * 0.62, -t * 0.9), (w * 0.9, -t * 0.55), (w * 0.94, -t * 0.1), (w, t * 0.35), (w * 0.72, t * 0.86)]
    if flippers:
        half = [
            (w * 0.5, -t * 0.92),
            (w * 0.68, -t * 0.62),
            (w * 0.86, -t * 0.22),
            (w * 1.05, t * 0.3),
            (w * 0.78, t * 0.86),
        ]
    f.blob("body", [(0, -t), *half, (0, t * 0.97), *((-x, y) for x, y in reversed(half))], join="body", bulge=0.9)
    beak = f.gene(0.85, 1.25)
    if face == "mask":
        lobe = f.gene(0.5, 0.66)
        belly = [(w * 0.3, -t * 0.78), (w * lobe, -t * 0.58), (w * 0.4, -t * 0.3), (w * 0.68, t * 0.05),
                 (w * 0.74, t * 0.5), (w * 0.4, t * 0.86)]  # fmt: skip
        f.blob("belly", [(0, -t * 0.62), *belly, (0, t * 0.92), *((-x, y) for x, y in reversed(belly))], "second")
        for side in (-1, 1):
            f.dot("eye", side * w * 0.3, -t * 0.58, w * 0.085, detail=0.2)
        f.polygon("beak", [(-w * 0.17, -t * 0.5), (w * 0.17, -t * 0.5), (w * 0.05, -t * (0.5 - 0.16 * beak))], "accent")
        if f.maybe(0.3):
            f.curve("scarf", [(-w * 0.8, -t * 0.33), (0, -t * 0.24), (w * 0.8, -t * 0.33)], w * 0.24, "accent")
            f.limb("scarf's end", [(w * 0.3, -t * 0.26, w * 0.24), (w * 0.42, t * 0.1, w * 0.26)], "accent")
            f.has("a scarf")
        return
    f.ellipse("belly", 0, t * 0.34, w * 0.62, t * 0.52, "second", detail=0.35)
    for row in range(f.count(2, 3)):
        for k in range(3 - row % 2):
            x, y = (k - (2 - row % 2) / 2) * w * 0.34, t * (0.12 + 0.22 * row)
            f.curve("feather", [(x - w * 0.11, y), (x, y + t * 0.08), (x + w * 0.11, y)], 0.016, detail=0.7)
    for side in (-1, 1):
        f.blob(
            "wing",
            [(side * w * 0.72, -t * 0.3), (side * w * 1.04, -t * 0.05), (side * w * 1.08, t * 0.45),
             (side * w * 0.72, t * 0.92),
             (side * w * 0.56, t * 0.4)],
            shade=0.86,
            detail=0.1,
        )  # fmt: skip
        for toe in (-1, 0, 1):
            f.ellipse("toe", side * foot + toe * w * 0.12, t * 0.98, w * 0.075, t * 0.085, "accent", detail=0.4)
    ring = f.gene(0.38, 0.46)
    for side in (-1, 1):
        f.ellipse("face", side * w * 0.4, -t * 0.52, w * ring, w * ring, "second", bulge=0.3)
    look = f.pose(-0.08, 0.08)
    for side in (-1, 1):
        f.dot("eye", side * w * 0.38, -t * 0.52, w * ring * 0.62, "light", detail=0.0)
        f.dot("pupil", side * w * 0.38 + w * look, -t * 0.52, w * ring * 0.34, detail=0.1)
    f.polygon("beak", [(-w * 0.12, -t * 0.46), (w * 0.12, -t * 0.46), (0, -t * (0.36 - 0.16 * beak))], "accent")

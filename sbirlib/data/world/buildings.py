"""What is built: houses under their roofs, castles, towers with something on top, and shelters.

The ground is at y = 0; a storey is about half a unit high.
"""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.shapes import battlements, door, flag, smoke, window

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


def house(f: Figure, *, width: float = 1.3, storey: float = 0.55, use: str = "living", pitch: float = 0.55) -> None:
    """Walls, a roof, doors and windows; a church has its tower, a barn its bent roof and wide doors."""
    half, storey, pitch = width / 2 * f.gene(0.85, 1.15), storey * f.gene(0.9, 1.15), pitch * f.gene(0.8, 1.2)
    match use:
        case "living":
            dwelling(f, half, storey, pitch)
        case "praying":
            church(f, half, storey, pitch)
        case _:
            barn(f, half, storey, pitch)


def dwelling(f: Figure, half: float, storey: float, pitch: float) -> None:
    """Seen from its gable or from its long side, one or two storeys high."""
    view, storeys, panes = f.pick(("gable", "broad", "hip")), f.count(1, 2), f.pick(("cross", "sash", "plain", "arched"))
    chimney, steam, porch, side = f.maybe(0.7), f.maybe(0.5), f.maybe(0.3), f.pick((-1, 0, 1))
    place, high, over = f.gene(0.3, 0.62), f.gene(0.14, 0.34), half * f.gene(1.1, 1.24)
    garage = f.maybe(0.2)
    wall = -storey * storeys
    top = wall - pitch * (1.15 if view == "gable" else 0.95)
    if chimney:
        x = half * place * (-1 if side > 0 else 1)
        y = wall + (top - wall) * (1 - place if view == "gable" else 1.0)
        if steam:
            smoke(f, x, y - high, 0.1, drift=0.7)
        f.box("chimney", x - 0.09, y - high, x + 0.09, y + 0.3, "second", detail=0.1)
        f.box("chimney's rim", x - 0.11, y - high - 0.04, x + 0.11, y - high + 0.04, "dark", detail=0.6)
    if garage:
        way = -1 if side > 0 else 1
        left, right = sorted((way * half * 0.9, way * (half + 0.62)))
        f.box("garage", left, -storey * 0.86, right, 0, shade=0.9)
        f.box("roof", left - 0.05, -storey * 0.98, right + 0.05, -storey * 0.82, "second")
        f.box("garage door", left + 0.12, -storey * 0.62, right - 0.12, 0, "metal", detail=0.3)
    if view == "gable":
        f.polygon("wall", [(-half, 0), (-half, wall), (0, top + 0.03), (half, wall), (half, 0)])
        eaves = 0.09
        f.polygon("roof", [(-over, wall + 0.12), (0, top - eaves), (over, wall + 0.12), (over - 0.05, wall + 0.2), (0, top + eaves * 1.3),
                           (-over + 0.05, wall + 0.2)], "second")  # fmt: skip
        window(f, 0, wall + (top - wall) * 0.42, 0.18, 0.18, "round", detail=0.4)
    else:
        f.box("wall", -half, wall, half, 0)
        inset = half * (0.12 if view == "broad" else 0.5)
        f.box("roof", -over, top, over, wall + 0.05, "second", lean=inset + over - half, bulge=0.15)
    w, h = half * 0.36, storey * 0.46
    for row in range(storeys):
        y = wall + storey * (row + 0.5)
        ground = row == storeys - 1
        for column in (-1, 0, 1):
            if not (ground and column == side):
                window(f, column * half * 0.62, y, w, h, panes, detail=0.3)
    x = side * half * 0.62
    if porch:
        f.polygon("porch", [(x - 0.24, -storey * 0.78), (x, -storey * 1.02), (x + 0.24, -storey * 0.78)], "second", detail=0.2)
    door(f, x, 0, half * 0.34, storey * 0.74, "arched" if panes == "arched" else "plain")
    f.has(f"{NUMBERS[storeys]} floor{'s' if storeys > 1 else ''}")
    if chimney:
        f.has("a chimney")


def cross(f: Figure, x: float, y: float, size: float) -> None:
    """A cross that stands on (x, y)."""
    f.curve("cross", [(x, y + 0.02), (x, y - size)], size * 0.16, "metal", sharp=True)
    f.curve("cross", [(x - size * 0.3, y - size * 0.66), (x + size * 0.3, y - size * 0.66)], size * 0.16, "metal", sharp=True)


def church(f: Figure, half: float, storey: float, pitch: float) -> None:
    """A nave with arched windows, and a tower with a spire or a dome."""
    cap, middle, arches, clock = f.pick(("spire", "spire", "tent", "onion")), f.maybe(0.35), f.count(2, 4), f.maybe(0.4)
    tall, slim, peak = f.gene(1.25, 1.8), f.gene(0.2, 0.28), f.gene(0.75, 1.1)
    wall, ridge = -storey * 1.1, -storey * 1.1 - pitch
    x = 0.0 if middle else half * 0.84
    if middle:
        f.polygon("wall", [(-half, 0), (-half, wall), (0, ridge), (half, wall), (half, 0)])
        f.polygon("roof", [(-half * 1.12, wall + 0.08), (0, ridge - 0.1), (half * 1.12, wall + 0.08), (half * 1.06, wall + 0.18), (0, ridge + 0.06),
                           (-half * 1.06, wall + 0.18)], "second")  # fmt: skip
        for way in (-1, 1):
            window(f, way * half * 0.62, wall * 0.5, half * 0.26, storey * 0.7, "arched")
    else:
        f.box("wall", -half, wall, half, 0)
        f.polygon("roof", [(-half * 1.08, wall + 0.04), (-half * 0.96, ridge), (half, ridge), (half, wall + 0.04)], "second")
        for k in range(arches):
            place = -half + half * 1.5 * (k + 0.6) / arches
            window(f, place, wall * 0.48, half * 0.22, storey * 0.66, "arched")
    top = -tall
    match cap:
        case "onion":
            r = slim * 1.25
            dome: list[Point] = [(x - slim * 0.7, top), (x - r, top - r * 0.6), (x - r * 0.7, top - r * 1.2), (x, top - r * 2.1), (x + r * 0.7, top - r * 1.2),
                                 (x + r, top - r * 0.6), (x + slim * 0.7, top)]  # fmt: skip
            cross(f, x, top - r * 2.0, 0.26)
            f.blob("dome", dome, "second", bulge=0.95)
        case _:
            peak = top - (peak if cap == "spire" else 0.42)
            cross(f, x, peak, 0.28)
            f.polygon("spire", [(x - slim * 1.2, top + 0.03), (x, peak), (x + slim * 1.2, top + 0.03)], "second", bulge=0.6)
    f.box("tower", x - slim, top, x + slim, 0, bulge=0.35)
    if clock:
        f.ellipse("clock", x, top + 0.26, slim * 0.56, slim * 0.56, "light", detail=0.3)
        f.curve("clock's hands", [(x, top + 0.14), (x, top + 0.26), (x + 0.08, top + 0.3)], 0.025, "dark", detail=0.7, sharp=True)
    else:
        window(f, x, top + 0.28, slim * 0.8, 0.3, "arched")
    door(f, x, 0, slim * 1.05, storey * 0.82, "arched")
    f.has({"spire": "a tall spire", "tent": "a low spire", "onion": "an onion dome"}[cap])
    if clock:
        f.has("a clock")


def barn(f: Figure, half: float, storey: float, pitch: float) -> None:
    """A bent roof over wide doors with crossed boards; some have a silo."""
    silo, hatch, vane = f.maybe(0.5), f.pick(("plain", "round", "arched")), f.maybe(0.3)
    bend, high = f.gene(0.5, 0.7), f.gene(1.1, 1.5)
    wall, top = -storey, -storey - pitch * 1.3
    knee = (half * 0.78, wall - pitch * 1.3 * bend)
    if silo:
        x = half * 1.32
        f.ellipse("dome", x, -high, 0.24, 0.24, "metal", bulge=0.9)
        f.box("silo", x - 0.24, -high, x + 0.24, 0, "accent", bulge=0.9)
        for k in range(3):
            f.curve("band", [(x - 0.24, -high * (0.25 + 0.25 * k)), (x + 0.24, -high * (0.25 + 0.25 * k))], 0.02, "dark", detail=0.6, sharp=True)
    if vane:
        f.curve("weather vane", [(0, top), (0, top - 0.24), (0.14, top - 0.24)], 0.025, "dark", detail=0.3, sharp=True)
    f.polygon("wall", [(-half, 0), (-half, wall), (-knee[0], knee[1]), (0, top), knee, (half, wall), (half, 0)])
    out, inn = 1.1, 0.98
    roof = [(-half * out, wall + 0.05), (-knee[0] * 1.06, knee[1] - 0.06), (0, top - 0.1), (knee[0] * 1.06, knee[1] - 0.06), (half * out, wall + 0.05),
            (half * inn, wall + 0.1), (knee[0] * 0.94, knee[1] + 0.05), (0, top + 0.03), (-knee[0] * 0.94, knee[1] + 0.05), (-half * inn, wall + 0.1)]  # fmt: skip
    f.polygon("roof", roof, "second")
    window(f, 0, knee[1] + 0.04, 0.26, 0.26, hatch, slot="dark", detail=0.2)
    w, h = half * 0.52, storey * 0.86
    for left in (-w, 0.0):
        f.box("door", left, -h, left + w, 0, "light", detail=0.05)
        f.curve("board", [(left + 0.03, -h + 0.03), (left + w - 0.03, -0.03)], 0.035, "wood", detail=0.35, sharp=True)
        f.curve("board", [(left + w - 0.03, -h + 0.03), (left + 0.03, -0.03)], 0.035, "wood", detail=0.35, sharp=True)
    if silo:
        f.has("a silo")


def castle(f: Figure, *, width: float = 2.0, wall: float = 0.62) -> None:
    """A wall with battlements between towers, and a gate."""
    half, wall = width / 2 * f.gene(0.88, 1.12), wall * f.gene(0.85, 1.15)
    towers, cones, keep, flags = f.count(2, 3), f.maybe(0.55), f.maybe(0.7), f.maybe(0.7)
    slim, tall, peak = f.gene(0.2, 0.29), f.gene(1.45, 1.9) * wall, f.gene(0.34, 0.62)
    grille, slits = f.maybe(0.5), f.pick(("arched", "plain"))
    if keep:
        high = tall * 1.18
        if flags:
            flag(f, 0.0, -high - (0.1 if not cones else peak * 1.1), 0.24)
        if cones:
            f.polygon("roof", [(-half * 0.42, -high), (0, -high - peak * 1.15), (half * 0.42, -high)], "second", shade=0.9, bulge=0.5)
            f.box("keep", -half * 0.36, -high, half * 0.36, 0, shade=0.85)
        else:
            battlements(f, "keep", -half * 0.4, -high, half * 0.4, 0, 4, shade=0.85)
        for way in (-1, 1):
            window(f, way * half * 0.17, -high * 0.83, 0.11, 0.2, slits, slot="dark", detail=0.4)
    if towers == 3 and not keep:
        tower_of_castle(f, 0.0, slim, tall * 1.1, peak, cones, slits, False)
    battlements(f, "wall", -half, -wall, half, 0, 7)
    for way in (-1, 1):
        tower_of_castle(f, way * half, slim, tall, peak, cones, slits, flags and not keep)
    gate = wall * 0.7
    door(f, 0, 0, 0.44, gate, "arched", "wood")
    if grille:
        for x in (-0.11, 0.0, 0.11):
            f.curve("grille", [(x, -gate * 0.92), (x, 0)], 0.025, "dark", detail=0.5, sharp=True)
        f.curve("grille", [(-0.2, -gate * 0.45), (0.2, -gate * 0.45)], 0.025, "dark", detail=0.5, sharp=True)
    f.has("pointed roofs" if cones else "battlements on its towers")
    if keep:
        f.has("a keep")


def tower_of_castle(f: Figure, x: float, slim: float, tall: float, peak: float, cone: bool, slits: str, pennant: bool) -> None:
    """A round tower with a cone, or a square one with battlements."""
    if pennant:
        flag(f, x, -tall - (peak if cone else 0.08) + 0.03, 0.2)
    if cone:
        f.box("tower", x - slim, -tall, x + slim, 0, bulge=0.8)
        f.polygon("roof", [(x - slim * 1.3, -tall + 0.04), (x, -tall - peak), (x + slim * 1.3, -tall + 0.04)], "second", bulge=0.7)
    else:
        f.box("tower", x - slim, -tall, x + slim, 0, bulge=0.5, join=f"tower {x > 0}")
        battlements(f, "tower", x - slim * 1.22, -tall, x + slim * 1.22, -tall + 0.24, 3, join=f"tower {x > 0}")
    window(f, x, -tall * 0.66, slim * 0.5, slim * 1.0, slits, slot="dark", detail=0.3)


def tower(
    f: Figure, *, width: float = 0.6, height: float = 1.8, taper: float = 0.2, top: str = "lantern", tiers: int = 1
) -> None:
    """A building higher than wide; `top` is what it carries: a lantern, sails, a curved roof, an aerial."""
    half, height = width / 2 * f.gene(0.85, 1.18), height * f.gene(0.9, 1.15)
    taper = taper * f.gene(0.7, 1.3)
    match top:
        case "lantern":
            lighthouse(f, half, height, half * (1 - taper))
        case "sails":
            windmill(f, half, height, half * (1 - taper))
        case "roofs":
            pagoda(f, half, height, taper, tiers)
        case _:
            skyscraper(f, half, height)


def lighthouse(f: Figure, half: float, height: float, upper: float) -> None:
    """A tapered tower in bands under a lantern."""
    bands, rock, hut, beam = f.count(0, 3), f.maybe(0.5), f.maybe(0.4), f.maybe(0.4)
    dome, panes, lantern = f.pick(("dome", "cone")), f.pick(("plain", "round", "arched")), f.gene(0.24, 0.36)
    side = f.pick((-1, 1))
    if rock:
        f.blob("rock", [(-half * 2.4, 0.22), (-half * 1.9, 0.02), (-half * 1.1, -0.08), (half * 0.9, -0.1), (half * 1.9, 0.04), (half * 2.3, 0.24),
                        (0, 0.3)], "metal", detail=0.2, shade=0.8)  # fmt: skip
    if hut:
        x = side * half * 1.7
        f.box("hut", x - half * 0.95, -0.34, x + half * 0.95, 0, "light")
        f.polygon("roof", [(x - half * 1.1, -0.32), (x, -0.58), (x + half * 1.1, -0.32)], "accent")
        window(f, x + side * half * 0.3, -0.17, 0.12, 0.12, detail=0.5)
    top = -height
    if beam:
        for way in (-1, 1):
            y = top - lantern * 0.5
            f.polygon("beam", [(0, y), (way * half * 3.2, y - 0.16), (way * half * 3.2, y + 0.16)], "glow", bulge=0.0, detail=0.35)
    f.polygon("tower", [(-half, 0), (-upper, top), (upper, top), (half, 0)], bulge=0.9)
    for k in range(bands):
        t, u = (k * 2 + 0.7) / (bands * 2), (k * 2 + 1.7) / (bands * 2)
        a, b = half + (upper - half) * t, half + (upper - half) * u
        f.polygon("band", [(-a, top * t), (-b, top * u), (b, top * u), (a, top * t)], "second", detail=0.1, bulge=0.9)
    for t in (0.4, 0.7):
        window(f, 0, top * t, 0.12, 0.18, panes, detail=0.35)
    door(f, 0, 0, half * 0.56, 0.34, "arched", "accent")
    f.box("lantern", -upper * 0.66, top - lantern, upper * 0.66, top, "glow", bulge=0.5, gloss=0.4)
    f.curve("lantern's bar", [(0, top - lantern), (0, top)], 0.03, "dark", detail=0.5, sharp=True)
    f.box("gallery", -upper * 1.35, top - 0.05, upper * 1.35, top + 0.04, "dark")
    for way in (-1, 1):
        f.curve("rail", [(way * upper * 1.3, top), (way * upper * 1.3, top - 0.15), (way * upper * 0.66, top - 0.15)], 0.02, "dark", detail=0.5, sharp=True)
    y = top - lantern
    if dome == "dome":
        cap: list[Point] = [(-upper * 0.85, y + 0.03), (-upper * 0.6, y - 0.12), (0, y - 0.22), (upper * 0.6, y - 0.12), (upper * 0.85, y + 0.03)]
        f.blob("dome", cap, "accent", bulge=0.9)
    else:
        f.polygon("roof", [(-upper * 0.9, y + 0.02), (0, y - 0.28), (upper * 0.9, y + 0.02)], "accent", bulge=0.7)
    f.has(f"{NUMBERS[bands]} band{'' if bands == 1 else 's'}")
    if hut:
        f.has("a hut beside it")


def windmill(f: Figure, half: float, height: float, upper: float) -> None:
    """A tower with four blades before its cap."""
    blades, cap, gallery, rows = f.pick(("lattice", "lattice", "cloth")), f.pick(("round", "pointed")), f.maybe(0.4), f.count(1, 2)
    turn, reach, wide = f.pose(8, 82), height * f.gene(0.62, 0.8), f.gene(0.15, 0.22)
    top = -height
    f.polygon("tower", [(-half, 0), (-upper, top), (upper, top), (half, 0)], bulge=0.7)
    if cap == "round":
        f.blob("roof", [(-upper * 1.12, top + 0.04), (-upper * 0.86, top - 0.2), (0, top - 0.34), (upper * 0.86, top - 0.2), (upper * 1.12, top + 0.04),
                        (0, top + 0.06)], "second", bulge=0.9)  # fmt: skip
    else:
        f.polygon("roof", [(-upper * 1.2, top + 0.05), (0, top - 0.44), (upper * 1.2, top + 0.05)], "second", bulge=0.6)
    if gallery:
        w = half * 1.25
        f.box("gallery", -w, top * 0.36 - 0.04, w, top * 0.36 + 0.04, "wood", detail=0.2)
    for row in range(rows):
        window(f, 0, top * (0.5 - 0.02 * rows) - 0.22 * row, 0.16, 0.16, "cross", detail=0.5)
    door(f, 0, 0, half * 0.52, 0.42, "arched")
    y = top - 0.04
    for k in range(4):
        with f.at(0, y, turn + 90 * k):
            f.curve("blade", [(0, 0), (reach, 0)], 0.045, "dark", sharp=True)
            start = reach * 0.24
            if blades == "cloth":
                f.polygon("blade", [(start, 0.02), (reach, 0.02), (reach, wide * 1.2), (start, wide * 0.8)], "accent", bulge=0.1)
            else:
                f.box("blade", start, 0.01, reach, wide, "light", bulge=0.0)
                for t in (0.42, 0.6, 0.8):
                    f.curve("slat", [(reach * t, 0), (reach * t, wide)], 0.016, "dark", detail=0.7, sharp=True)
    f.dot("hub", 0, y, 0.075, detail=0.3)
    f.has("blades of cloth" if blades == "cloth" else "blades of slats")
    f.has("a pointed cap" if cap == "pointed" else "a round cap")


def pagoda(f: Figure, half: float, height: float, taper: float, tiers: int) -> None:
    """Tiers that grow smaller, each under a roof with raised ends."""
    tiers, lift, panes = tiers + f.count(-1, 1), f.gene(0.08, 0.2), f.pick(("plain", "arched", "sash"))
    spread = f.gene(1.4, 1.75)
    step = height / tiers
    for k in range(tiers):
        w, y = half * (1 - taper * k / tiers), -step * k
        f.box("wall", -w, y - step * 0.7, w, y, lean=w * 0.05)
        if k:
            for way in (-1, 1):
                window(f, way * w * 0.46, y - step * 0.26, w * 0.34, step * 0.32, panes, detail=0.4)
        out, top = w * spread, y - step * 1.02
        f.polygon("roof", [(-out, y - step * 0.5 - lift), (-w * 0.98, y - step * 0.68), (-w * 0.66, top), (w * 0.66, top), (w * 0.98, y - step * 0.68),
                           (out, y - step * 0.5 - lift), (out * 0.9, y - step * 0.48), (0, y - step * 0.52), (-out * 0.9, y - step * 0.48)],
                  "second")  # fmt: skip
    door(f, 0, 0, half * 0.5, step * 0.42)
    y = -height
    f.curve("spire", [(0, y + 0.04), (0, y - 0.42)], 0.05, "metal", sharp=True)
    f.dot("ball", 0, y - 0.16, 0.07, "accent", detail=0.4)
    f.has(f"{NUMBERS[tiers]} roofs")


def skyscraper(f: Figure, half: float, height: float) -> None:
    """Storeys upon storeys, with a flat, a stepped or a pointed top."""
    shape, columns, rows, style = f.pick(("slab", "steps", "point")), f.count(2, 3), f.count(5, 7), f.pick(("panes", "strips", "ribs"))
    aerial, inset, beside = f.maybe(0.6), f.gene(0.62, 0.76), f.maybe(0.35)
    side = f.pick((-1, 1))
    if beside:
        left, right = sorted((side * half * 0.8, side * half * 2.0))
        f.box("wing", left, -height * 0.52, right, 0, "second", shade=0.9)
        for k in range(3):
            y = -height * (0.44 - 0.13 * k)
            f.box("window", left + 0.1, y, right - 0.1, y + height * 0.06, "glass", detail=0.45)
    y = -height
    upper = half * inset
    match shape:
        case "steps":
            floors = ((half, 0.0, 0.62), (upper, 0.6, 0.86), (upper * inset, 0.84, 1.0))
        case _:
            floors = ((half, 0.0, 1.0),)
    if aerial:
        base = y - height * 0.16 if shape == "point" else y
        f.curve("aerial", [(0, base + 0.03), (0, base - height * 0.2)], 0.04, "metal", sharp=True)
    if shape == "point":
        f.polygon("spire", [(-half * 0.9, y + 0.02), (0, y - height * 0.19), (half * 0.9, y + 0.02)], "accent", bulge=0.3)
    for w, low, high in reversed(floors):
        f.box("tower", -w, -height * high, w, -height * low, bulge=0.25, gloss=0.2, join="tower")
    for w, low, high in floors:
        left, right, top, bottom = -w * 0.84, w * 0.84, -height * high + 0.07, -height * max(low, 0.13) - 0.03
        many = max(1, round(rows * (high - low)))
        match style:
            case "strips":
                for k in range(many):
                    a = top + (bottom - top) * k / many
                    f.box("window", left, a, right, a + (bottom - top) / many * 0.6, "glass", detail=0.35, gloss=0.3)
            case "ribs":
                for k in range(columns + 1):
                    a = left + (right - left) * k / (columns + 1)
                    f.box("window", a, top, a + (right - left) / (columns + 1) * 0.66, bottom, "glass", detail=0.35, gloss=0.3)
            case _:
                for k in range(many * columns):
                    a, b = left + (right - left) * (k % columns) / columns, top + (bottom - top) * (k // columns) / many
                    f.box("window", a + 0.02, b, a + (right - left) / columns - 0.02, b + (bottom - top) / many * 0.62, "glass", detail=0.4)
    door(f, 0, 0, half * 0.6, height * 0.09, "double", "dark", detail=0.3)
    f.has({"slab": "a flat top", "steps": "a stepped top", "point": "a pointed top"}[shape])
    if aerial:
        f.has("an aerial")


def shelter(f: Figure, *, shape: str = "ridge", width: float = 1.6, height: float = 0.9) -> None:
    """One room without walls of its own: a tent, or a dome of snow."""
    half, height = width / 2 * f.gene(0.88, 1.12), height * f.gene(0.85, 1.15)
    if shape == "dome":
        rows, side = f.count(2, 4), f.gene(0.5, 0.68)
        f.blob("dome", [(-half, 0.0), (-half * 0.94, -height * 0.45), (-half * 0.55, -height * 0.9), (0, -height), (half * 0.55, -height * 0.9),
                        (half * 0.94, -height * 0.45), (half, 0.0), (0, 0.02)], bulge=0.95)  # fmt: skip
        for k in range(rows):
            t = (k + 0.8) / (rows + 0.8)
            w = half * math.sqrt(1 - t * t) * 0.97
            y = -height * t
            f.curve("course", [(-w, y - 0.03), (0, y + 0.05), (w, y - 0.03)], 0.018, "dark", detail=0.3)
            for j in range(3):
                x = w * (-0.6 + 0.5 * j + 0.2 * (k % 2))
                f.curve("joint", [(x, y + 0.03), (x * 1.1, y + height / (rows + 0.8))], 0.018, "dark", detail=0.5)
        x = half * side
        w, h = half * 0.42, height * 0.62
        f.polygon("tunnel", [(x - w, 0.05), *((x - w * math.cos(a), -h + w - w * math.sin(a)) for a in (0.0, 0.5, 1.0, 1.57, 2.1, 2.6, 3.14)), (x + w, 0.05)],
                  "second")  # fmt: skip
        door(f, x, 0.05, w * 1.2, h * 0.78, "arched", "dark")
        f.has(f"{NUMBERS[rows]} courses of blocks")
        return
    open_, pennant, cone, back = f.maybe(0.7), f.maybe(0.4), f.maybe(0.4), f.gene(0.9, 1.4)
    if cone:
        for x in (-0.12, 0.03, 0.14):
            f.curve("pole", [(x * 2.2, -height * 1.5), (-x, -height * 1.1)], 0.035, "wood", detail=0.2, sharp=True)
        f.polygon("tent", [(-half * 0.8, 0), (-0.05, -height * 1.32), (0.05, -height * 1.32), (half * 0.8, 0), (0, 0.06)], bulge=0.5)
        f.polygon("stripe", [(-half * 0.53, -height * 0.45), (-half * 0.45, -height * 0.58), (half * 0.45, -height * 0.58), (half * 0.53, -height * 0.45)],
                  "second", detail=0.4)  # fmt: skip
        peak, low = -height * 0.95, half * 0.26
    else:
        deep = half * back
        f.polygon("tent", [(0, -height), (deep, -height * 0.92), (deep + half * 0.62, -0.1), (half * 0.7, 0)], shade=0.9, bulge=0.3)
        for x, y, to in ((0.0, -height, -half * 1.15), (deep, -height * 0.92, deep + half * 1.0)):
            f.curve("rope", [(x, y), (to, 0.02)], 0.018, "dark", detail=0.4, sharp=True)
            f.curve("peg", [(to - 0.03, 0.06), (to, -0.03)], 0.03, "wood", detail=0.6, sharp=True)
        f.polygon("front", [(-half * 0.7, 0), (0, -height), (half * 0.7, 0)], "second", bulge=0.2)
        peak, low = -height * 0.86, half * 0.34
    if open_:
        f.polygon("door", [(-low, 0.0), (0, peak), (low, 0.0)], "dark", bulge=0.0)
        f.polygon("flap", [(low, 0.0), (0, peak), (low * 1.25, -height * 0.4)], "accent", detail=0.3)
    else:
        f.curve("zip", [(0, peak), (0, 0)], 0.03, "dark", detail=0.2, sharp=True)
    if pennant:
        flag(f, 0, -height * (1.4 if cone else 0.97), 0.2, left=True)
    f.has("an open door" if open_ else "a closed door")

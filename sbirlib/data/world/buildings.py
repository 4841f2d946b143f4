"""What is built: houses under their roofs, castles and shelters.

The ground is at y = 0; a storey is about half a unit high.
"""

from __future__ import annotations

import math

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.shapes import NUMBERS, arch, battlements, door, flag, mirrored, smoke, window


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
    view, storeys = f.pick(("gable", "broad", "hip")), f.count(1, 2)
    panes = f.pick(("cross", "sash", "plain", "arched"))
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
        low = [(0.0, top + eaves * 1.3), (-over + 0.05, wall + 0.2), (-over, wall + 0.12), (0.0, top - eaves)]
        f.polygon("roof", mirrored(low), "second")
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
        f.polygon(
            "porch", [(x - 0.24, -storey * 0.78), (x, -storey * 1.02), (x + 0.24, -storey * 0.78)], "second",
            detail=0.2,
        )  # fmt: skip
    door(f, x, 0, half * 0.34, storey * 0.74, "arched" if panes == "arched" else "plain")
    f.has(f"{NUMBERS[storeys]} floor{'s' if storeys > 1 else ''}")
    if chimney:
        f.has("a chimney")


def cross(f: Figure, x: float, y: float, size: float) -> None:
    """A cross that stands on (x, y)."""
    f.curve("cross", [(x, y + 0.02), (x, y - size)], size * 0.16, "metal", sharp=True)
    f.curve(
        "cross", [(x - size * 0.3, y - size * 0.66), (x + size * 0.3, y - size * 0.66)], size * 0.16, "metal",
        sharp=True,
    )  # fmt: skip


def church(f: Figure, half: float, storey: float, pitch: float) -> None:
    """A nave with arched windows, and a tower with a spire or a dome."""
    cap, middle, arches, clock = f.pick(("spire", "spire", "tent", "onion")), f.maybe(0.35), f.count(2, 4), f.maybe(0.4)
    tall, slim, peak = f.gene(1.25, 1.8), f.gene(0.2, 0.28), f.gene(0.75, 1.1)
    wall, ridge = -storey * 1.1, -storey * 1.1 - pitch
    x = 0.0 if middle else half * 0.84
    if middle:
        f.polygon("wall", [(-half, 0), (-half, wall), (0, ridge), (half, wall), (half, 0)])
        low = [(0.0, ridge + 0.06), (-half * 1.06, wall + 0.18), (-half * 1.12, wall + 0.08), (0.0, ridge - 0.1)]
        f.polygon("roof", mirrored(low), "second")
        for way in (-1, 1):
            window(f, way * half * 0.62, wall * 0.5, half * 0.26, storey * 0.7, "arched")
    else:
        f.box("wall", -half, wall, half, 0)
        f.polygon(
            "roof", [(-half * 1.08, wall + 0.04), (-half * 0.96, ridge), (half, ridge), (half, wall + 0.04)], "second",
        )  # fmt: skip
        for k in range(arches):
            place = -half + half * 1.5 * (k + 0.6) / arches
            window(f, place, wall * 0.48, half * 0.22, storey * 0.66, "arched")
    top = -tall
    match cap:
        case "onion":
            r = slim * 1.25
            onion = [(x - slim * 0.7, top), (x - r, top - r * 0.6), (x - r * 0.7, top - r * 1.2), (x, top - r * 2.1)]
            cross(f, x, top - r * 2.0, 0.26)
            f.blob("dome", mirrored(onion, x), "second", bulge=0.95)
        case _:
            peak = top - (peak if cap == "spire" else 0.42)
            cross(f, x, peak, 0.28)
            f.polygon(
                "spire", [(x - slim * 1.2, top + 0.03), (x, peak), (x + slim * 1.2, top + 0.03)], "second", bulge=0.6,
            )  # fmt: skip
    f.box("tower", x - slim, top, x + slim, 0, bulge=0.35)
    if clock:
        f.ellipse("clock", x, top + 0.26, slim * 0.56, slim * 0.56, "light", detail=0.1)
        f.curve(
            "clock's hands", [(x, top + 0.14), (x, top + 0.26), (x + 0.08, top + 0.3)], 0.025, "dark", detail=0.7,
            sharp=True,
        )  # fmt: skip
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
    if silo:
        x = half * 1.32
        f.ellipse("dome", x, -high, 0.24, 0.24, "metal", bulge=0.9)
        f.box("silo", x - 0.24, -high, x + 0.24, 0, "accent", bulge=0.9)
        for k in range(3):
            f.curve(
                "band", [(x - 0.24, -high * (0.25 + 0.25 * k)), (x + 0.24, -high * (0.25 + 0.25 * k))], 0.02, "dark",
                detail=0.6, sharp=True,
            )  # fmt: skip
    if vane:
        f.curve("weather vane", [(0, top), (0, top - 0.24), (0.14, top - 0.24)], 0.025, "dark", detail=0.3, sharp=True)
    x, y = -half * 0.78, wall - pitch * 1.3 * bend  # where the roof bends
    f.polygon("wall", mirrored([(-half, 0), (-half, wall), (x, y), (0, top)]))
    inner = [(0.0, top + 0.03), (x * 0.94, y + 0.05), (-half * 0.98, wall + 0.1)]
    outer = [(-half * 1.1, wall + 0.05), (x * 1.06, y - 0.06), (0.0, top - 0.1)]
    f.polygon("roof", mirrored(inner + outer), "second")
    window(f, 0, y + 0.04, 0.26, 0.26, hatch, slot="dark", detail=0.2)
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
            f.polygon(
                "roof", [(-half * 0.42, -high), (0, -high - peak * 1.15), (half * 0.42, -high)], "second", shade=0.9,
                bulge=0.5,
            )  # fmt: skip
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
    door(f, 0, 0, 0.44, gate, "arched", "wood", knob=False)
    if grille:
        for x in (-0.11, 0.0, 0.11):
            f.curve("grille", [(x, -gate * 0.92), (x, 0)], 0.025, "dark", detail=0.5, sharp=True)
        f.curve("grille", [(-0.2, -gate * 0.45), (0.2, -gate * 0.45)], 0.025, "dark", detail=0.5, sharp=True)
    f.has("pointed roofs" if cones else "battlements on its towers")
    if keep:
        f.has("a keep")


def tower_of_castle(
    f: Figure, x: float, slim: float, tall: float, peak: float, cone: bool, slits: str, pennant: bool
) -> None:
    """A round tower with a cone, or a square one with battlements."""
    if pennant:
        flag(f, x, -tall - (peak if cone else 0.08) + 0.03, 0.2)
    if cone:
        f.box("tower", x - slim, -tall, x + slim, 0, bulge=0.8)
        f.polygon(
            "roof", [(x - slim * 1.3, -tall + 0.04), (x, -tall - peak), (x + slim * 1.3, -tall + 0.04)], "second",
            bulge=0.7,
        )  # fmt: skip
    else:
        f.box("tower", x - slim, -tall, x + slim, 0, bulge=0.5, join=f"tower {x > 0}")
        battlements(f, "tower", x - slim * 1.22, -tall, x + slim * 1.22, -tall + 0.24, 3, join=f"tower {x > 0}")
    window(f, x, -tall * 0.66, slim * 0.5, slim * 1.0, slits, slot="dark", detail=0.3)


def shelter(f: Figure, *, shape: str = "ridge", width: float = 1.6, height: float = 0.9) -> None:
    """One room without walls of its own: a tent, or a dome of snow."""
    half, height = width / 2 * f.gene(0.88, 1.12), height * f.gene(0.85, 1.15)
    if shape == "dome":
        rows, side = f.count(2, 4), f.gene(0.5, 0.68)
        dome = [
            (0.0, 0.02), (-half, 0.0), (-half * 0.94, -height * 0.45), (-half * 0.55, -height * 0.9), (0.0, -height),
        ]  # fmt: skip
        f.blob("dome", mirrored(dome), bulge=0.95)
        for k in range(rows):
            t = (k + 0.8) / (rows + 0.8)
            w = half * math.sqrt(1 - t * t) * 0.97
            y = -height * t
            f.curve("course", [(-w, y - 0.03), (0, y + 0.05), (w, y - 0.03)], 0.018, "dark", detail=0.15)
            for j in range(3):
                x = w * (-0.6 + 0.5 * j + 0.2 * (k % 2))
                f.curve("block", [(x, y + 0.03), (x * 1.1, y + height / (rows + 0.8))], 0.018, "dark", detail=0.5)
        x = half * side
        w, h = half * 0.42, height * 0.62
        f.polygon("tunnel", arch(x - w, -h, x + w, 0.05), "second")
        door(f, x, 0.05, w * 1.2, h * 0.78, "arched", "dark", knob=False)
        f.has(f"{NUMBERS[rows]} courses of blocks")
        return
    open_, pennant, cone, back = f.maybe(0.7), f.maybe(0.4), f.maybe(0.4), f.gene(0.9, 1.4)
    if cone:
        for x in (-0.12, 0.03, 0.14):
            f.curve("pole", [(x * 2.2, -height * 1.5), (-x, -height * 1.1)], 0.035, "wood", detail=0.2, sharp=True)
        f.polygon(
            "tent", [(-half * 0.8, 0), (-0.05, -height * 1.32), (0.05, -height * 1.32), (half * 0.8, 0), (0, 0.06)],
            bulge=0.5,
        )  # fmt: skip
        stripe = [(-half * 0.53, -height * 0.45), (-half * 0.45, -height * 0.58)]
        f.polygon("stripe", mirrored(stripe), "second", detail=0.4)
        peak, low = -height * 0.95, half * 0.26
    else:
        deep = half * back
        f.polygon(
            "tent", [(0, -height), (deep, -height * 0.92), (deep + half * 0.62, -0.1), (half * 0.7, 0)], shade=0.9,
            bulge=0.3,
        )  # fmt: skip
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

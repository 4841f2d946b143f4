"""Shapes that many things have: wheels, windows, doors, flags, smoke. A part looks alike whatever it belongs to."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sbirlib.data.world.figure import Figure, Point

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


def ring(x: float, y: float, rx: float, ry: float | None = None, points: int = 12) -> list[Point]:
    """A closed way around a centre, for an open line: its end overlaps its start, so that no gap shows."""
    ry = rx if ry is None else ry
    turns = [2 * math.pi * k / points for k in range(points + 2)]
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def mirrored(points: Sequence[Point], x: float = 0.0) -> list[Point]:
    """An outline from its left half: the points, then their mirror images about the upright line through x."""
    return [*points, *((2 * x - px, y) for px, y in reversed(points) if px != x)]


def wheel(f: Figure, x: float, y: float, r: float, rim: str = "metal", *, spokes: int = 0, shade: float = 1.0) -> None:
    """A tyre on a rim, with a hub or spokes."""
    f.ellipse("wheel", x, y, r, r, "dark", bulge=0.3, shade=shade)
    f.ellipse("rim", x, y, r * 0.58, r * 0.58, rim, detail=0.5, bulge=0.4, shade=shade)
    for k in range(spokes):
        turn = math.pi * (k + 0.3) / spokes
        dx, dy = math.cos(turn) * r * 0.55, math.sin(turn) * r * 0.55
        f.curve("spoke", [(x - dx, y - dy), (x + dx, y + dy)], r * 0.11, "dark", detail=0.75, sharp=True)
    if not spokes:
        f.dot("hub", x, y, r * 0.2, detail=0.7)


def window(
    f: Figure,
    x: float,
    y: float,
    w: float,
    h: float,
    style: str = "plain",
    *,
    detail: float = 0.3,
    frame: str = "light",
    slot: str = "glass",
) -> None:
    """A window around (x, y): plain, cross (with bars), sash (one bar), arched or round."""
    left, top, right, bottom = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    match style:
        case "round":
            f.ellipse("window", x, y, w / 2, h / 2, slot, detail=detail, bulge=0.2, gloss=0.3)
        case "arched":
            f.polygon("window", arch(left, top, right, bottom), slot, detail=detail, bulge=0.1, gloss=0.3)
        case _:
            f.box("window", left, top, right, bottom, slot, detail=detail, bulge=0.1, gloss=0.3)
    bar = 0.09 * min(w, h)
    if style in ("cross", "sash"):
        f.curve("window bar", [(left, y), (right, y)], bar, frame, detail=0.7, sharp=True)
    if style == "cross":
        f.curve("window bar", [(x, top), (x, bottom)], bar, frame, detail=0.7, sharp=True)


def door(
    f: Figure, x: float, bottom: float, w: float, h: float, style: str = "plain", slot: str = "accent", *,
    detail: float = 0.0, knob: bool = True,
) -> None:  # fmt: skip
    """A door that stands on `bottom`: plain, arched or double; the knob is the first thing to be left out."""
    left, right, top = x - w / 2, x + w / 2, bottom - h
    if style == "arched":
        f.polygon("door", arch(left, top, right, bottom), slot, detail=detail)
    else:
        f.box("door", left, top, right, bottom, slot, detail=detail)
    if style == "double":
        f.curve("door's middle", [(x, top), (x, bottom)], 0.06 * w, "dark", detail=0.6, sharp=True)
    elif knob:
        f.dot("knob", right - w * 0.2, bottom - h * 0.45, w * 0.08, detail=0.8)


def arch(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """A box with a round top, as corners."""
    x, r = (left + right) / 2, (right - left) / 2
    spring = min(top + r, bottom)
    turns = [math.pi * k / 6 for k in range(7)]
    over = [(x - r * math.cos(turn), spring - (spring - top) * math.sin(turn)) for turn in turns]
    return [(left, bottom), *over, (right, bottom)]


def battlements(
    f: Figure, name: str, left: float, top: float, right: float, bottom: float, teeth: int, slot: str = "main",
    *, join: str = "", shade: float = 1.0,
) -> None:  # fmt: skip
    """A wall or a tower with so many teeth along its top."""
    step = (right - left) / (2 * teeth - 1)
    high = top - min(step, 0.3 * (bottom - top)) * 0.9
    points: list[Point] = [(right, bottom), (left, bottom)]
    for k in range(teeth):
        x = left + 2 * k * step
        points += [(x, top), (x, high), (x + step, high), (x + step, top)]
    f.polygon(name, points, slot, join=join, shade=shade)


def flag(f: Figure, x: float, y: float, size: float, *, left: bool = False, slot: str = "accent") -> None:
    """A flag on its pole, which stands on (x, y)."""
    way = -1 if left else 1
    f.curve("flagpole", [(x, y), (x, y - size * 1.7)], size * 0.1, "dark", sharp=True, detail=0.3)
    top = y - size * 1.65
    f.polygon("flag", [(x, top), (x + way * size, top + size * 0.3), (x, top + size * 0.62)], slot, detail=0.35)


def smoke(f: Figure, x: float, y: float, size: float, *, drift: float = -1.0) -> None:
    """Three puffs that grow as they rise."""
    for k, r in enumerate((0.55, 0.8, 1.0)):
        across, up = x + drift * size * 0.95 * k, y - size * (0.5 + 0.85 * k)
        f.ellipse("smoke", across, up, r * size, r * size * 0.72, "light", detail=0.55, join="smoke")

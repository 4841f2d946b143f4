"""The heads of tools, from hammers to umbrellas: each around (0, 0), where the handle ends, and upwards from there.

A head takes its length r, its breadth b, the handle's width w and the slot of its colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sbirlib.data.world.figure import Figure, Point


def hammer(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A face to the left; to the right a claw, a ball or another face."""
    style = f.pick(("claw", "claw", "ball", "sledge"))
    f.box("face", -b * 0.52, -r, -b * 0.36, 0, slot, rounding=0.04, join="head", gloss=0.3)
    f.box("head", -b * 0.42, -r * 0.85, b * 0.16, -r * 0.15, slot, join="head", gloss=0.3)
    f.box("cheek", -b * 0.15, -r, b * 0.17, 0, slot, rounding=0.04, join="head", gloss=0.3)
    if style == "claw":
        f.blob("claw", [(b * 0.08, -r * 0.98), (b * 0.36, -r * 0.9), (b * 0.56, -r * 0.5), (b * 0.64, r * 0.12),
            (b * 0.5, -r * 0.16), (b * 0.34, -r * 0.36), (b * 0.08, -r * 0.3)], slot, join="head",
            gloss=0.3)  # fmt: skip
        f.has("a claw")
    elif style == "ball":
        f.limb("neck", [(b * 0.1, -r * 0.5, r * 0.5), (b * 0.4, -r * 0.5, r * 0.45)], slot, join="head")
        f.ellipse("ball", b * 0.42, -r * 0.5, r * 0.36, r * 0.36, slot, join="head", gloss=0.3)
    else:
        f.box("face", b * 0.1, -r * 1.02, b * 0.54, r * 0.02, slot, rounding=0.04, join="head", gloss=0.3)


def axe(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """One blade or two, flaring to a curved edge."""
    double = f.maybe(0.2)
    flare_, beard = f.gene(0.05, 0.3), f.gene(0.05, 0.5)
    for flip in (False, True)[: 2 if double else 1]:
        with f.at(0, 0, flip=flip):
            edge = [
                (b * 0.72, -r * (1.05 + flare_)),
                (b * 0.84, -r * 0.8),
                (b * 0.88, -r * 0.45),
                (b * 0.84, -r * 0.1),
                (b * 0.72, r * beard),
            ]
            f.polygon("blade", [(-0.02, -r * 0.82), (b * 0.25, -r * 0.82), (b * 0.5, -r * 0.9), *edge,
                (b * 0.48, -r * 0.12), (b * 0.25, -r * 0.25), (-0.02, -r * 0.25)], slot, join="head",
                gloss=0.3)  # fmt: skip
            inner = [(x - b * 0.1, -r * 0.45 + (y + r * 0.45) * 0.93) for x, y in reversed(edge)]
            f.polygon("edge", [*edge, *inner], "metal", detail=0.55, gloss=0.4)
    back = w * 0.7 if double else w * 1.2
    f.box("head", -back, -r * 0.86, w * 0.75, -r * 0.2, slot, rounding=0.03, join="head", gloss=0.2)
    if double:
        f.has("two blades")


def shovel(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A blade, pointed, round or square, on a socket."""
    h, style = b * 0.5, f.pick(("pointed", "round", "square"))
    low = {
        "pointed": [(h, -r * 0.55), (h * 0.72, -r * 0.8), (0, -r * 1.1), (-h * 0.72, -r * 0.8), (-h, -r * 0.55)],
        "round": [(h, -r * 0.5), (h * 0.85, -r * 0.75), (h * 0.5, -r * 0.95), (0, -r * 1.02), (-h * 0.5, -r * 0.95),
                  (-h * 0.85, -r * 0.75), (-h, -r * 0.5)],
        "square": [(h * 1.05, -r * 0.98), (-h * 1.05, -r * 0.98)],
    }[style]  # fmt: skip
    f.polygon("blade", [(-h * 0.3, 0), (h * 0.3, 0), (h * 0.85, -r * 0.03), (h, -r * 0.14), *low, (-h, -r * 0.14),
        (-h * 0.85, -r * 0.03)], slot, bulge=0.5, gloss=0.2)  # fmt: skip
    f.limb(
        "socket",
        [(0, w, w * 1.3), (0, -r * 0.2, w * 1.2), (0, -r * 0.42, w * 0.5)],
        slot,
        join="socket",
        detail=0.35,
        shade=0.93,
    )
    f.has(f"a {style} blade")


def rake(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A bar with teeth, or a fan of them."""
    h, count = b * 0.5, f.count(5, 8)
    if f.maybe(0.65):
        for k in range(count):
            x = -h * 0.95 + 1.9 * h * k / (count - 1)
            f.polygon(
                "tine", [(x - 0.045, -0.06), (x + 0.045, -0.06), (x + 0.012, -r), (x - 0.012, -r)], slot, join="head"
            )
        f.curve("brace", [(0, 0.22), (-h * 0.32, 0.14), (-h * 0.5, 0)], 0.05, slot, detail=0.4)
        f.curve("brace", [(0, 0.22), (h * 0.32, 0.14), (h * 0.5, 0)], 0.05, slot, detail=0.4)
        f.box("bar", -h, -0.1, h, 0.03, slot, rounding=0.04, join="head")
    else:
        for k in range(count):
            a = math.radians(-32 + 64 * k / (count - 1))
            x, y = math.sin(a) * r * 2.3, -math.cos(a) * r * 2.3
            f.curve(
                "tine", [(0, 0.05), (x * 0.5, 0.05 + y * 0.5), (x * 0.9, 0.05 + y * 0.9), (x, y + 0.16)], 0.055, slot
            )
        f.curve("brace", [(-h * 0.5, -r * 1.05), (0, -r * 1.25), (h * 0.5, -r * 1.05)], 0.06, slot, detail=0.3)
        f.limb("socket", [(0, 0.18, w * 1.3), (0, -0.04, w * 1.6)], slot, detail=0.2)
        f.has("a fan of tines")


def broom(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """Straw bound to the handle, or bristles on a board."""
    h, straw = b * 0.5, f.maybe(0.6)
    waist = h * 0.32 if straw else h * 0.95
    start, count = (0.1, 6) if straw else (-r * 0.18, 7)
    ends = [(h - 2 * h * k / 8, -r * (1.0 if k % 2 else 0.93)) for k in range(9)]
    f.polygon("bristles", [(-waist, start), (waist, start), (h * 0.72 if straw else h * 0.98, -r * 0.5), *ends,
                           (-h * (0.72 if straw else 0.98), -r * 0.5)], slot, bulge=0.6)  # fmt: skip
    for k in range(count):
        t = -0.8 + 1.6 * k / (count - 1)
        f.curve("bristle", [(waist * t, start - r * 0.25), (h * t * 0.98, -r * 0.86)], 0.02, "dark", detail=0.45)
    if straw:
        for y in (-r * 0.02, -r * 0.2)[: f.count(1, 2)]:
            f.limb("binding", [(-waist * 1.08, y, 0.07), (waist * 1.08, y, 0.07)], "accent", detail=0.15)
    else:
        f.box("board", -h, -r * 0.22, h, 0.05, "accent", rounding=0.05)


def fork(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """Three or four tines."""
    count, h = f.count(3, 4), b * 0.5
    for k in range(count):
        x = (-h * 0.86 + 1.72 * h * k / (count - 1)) * 1.0
        t = h * 0.42 * 3 / count
        f.limb("tine", [(x, -r * 0.38, t), (x, -r * 0.75, t), (x * 1.04, -r, t * 0.6)], slot, join="body", gloss=0.4)
    f.blob("head", [(-w * 0.4, 0.06), (-h * 0.8, -r * 0.18), (-h * 1.02, -r * 0.4), (-h * 0.98, -r * 0.52),
        (0, -r * 0.48), (h * 0.98, -r * 0.52), (h * 1.02, -r * 0.4), (h * 0.8, -r * 0.18), (w * 0.4, 0.06)], slot,
        join="body", gloss=0.4)  # fmt: skip
    f.has(f"{'three' if count == 3 else 'four'} tines")


def spoon(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A bowl, round or egg-shaped."""
    h, egg = b * 0.5, f.gene(-0.12, 0.16)

    def oval(s: float) -> list[Point]:
        return [(math.cos(a) * h * s * (1 + egg * math.sin(a)), -r * 0.5 + math.sin(a) * r * 0.54 * s)
                for a in (math.pi * k / 6 for k in range(12))]  # fmt: skip

    f.blob("bowl", oval(1.0), slot, join="body", gloss=0.4)
    f.blob("hollow of the bowl", oval(0.72), slot, detail=0.3, shade=0.78, bulge=0.4)


def knife(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A blade with a straight back: pointed, round at the end, or with a toothed edge."""
    h, style = b * 0.5, f.pick(("pointed", "pointed", "pointed", "round", "toothed"))
    if style == "toothed":
        edge = [(h * (1.0 if k % 2 else 0.8), -r * (0.08 + 0.8 * k / 11)) for k in range(12)]
        way = [(-h, 0.0), (-h, -r * 0.9), (-h * 0.5, -r), (h * 0.3, -r * 0.97), *reversed(edge), (h, 0.0)]
        f.has("a toothed blade")
    elif style == "round":
        way = [(-h * 0.9, 0), (-h, -r * 0.86), (-h * 0.7, -r * 0.96), (-h * 0.1, -r), (h * 0.5, -r * 0.95), (h * 0.9,
            -r * 0.82), (h * 1.05, -r * 0.5), (h, 0)]  # fmt: skip
    else:
        way = [(-h, 0), (-h, -r * 0.72), (-h * 0.95, -r * 0.88), (-h * 0.8, -r * 1.02), (-h * 0.2, -r * 0.86),
            (h * 0.45, -r * 0.66), (h * 0.9, -r * 0.4), (h, 0)]  # fmt: skip
    f.polygon("blade", way, slot, gloss=0.4)
    f.box("collar", -w * 0.55, -0.05, w * 0.55, 0.06, "metal", detail=0.35, gloss=0.3)


def sword(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A long blade, straight or curved, with a groove along it."""
    h, curved = b * 0.5, f.maybe(0.25)
    c = r * 0.16 if curved else 0.0
    f.polygon("blade", [(-h, 0.02), (-h * 0.97 + c * 0.1, -r * 0.4), (-h * 0.85 + c * 0.5, -r * 0.75),
        (-h * 0.7 + c * 0.75, -r * 0.88), (c * 1.2, -r), (h * 0.8 + c * 0.75, -r * 0.85),
        (h * 0.9 + c * 0.45, -r * 0.7), (h + c * 0.1, -r * 0.4), (h, 0.02)], slot, bulge=0.5, gloss=0.5)  # fmt: skip
    f.curve("groove", [(0, -0.08), (c * 0.1, -r * 0.4), (c * 0.42, -r * 0.7)], 0.03, "dark", detail=0.5)
    if curved:
        f.has("a curved blade")


def saw(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A broad blade with teeth along one side, narrower at its end."""
    count, end = f.count(7, 10), f.gene(0.35, 0.6)
    teeth: list[Point] = []
    for k in range(count):
        t = (k + 0.0) / count
        x, step = b * (0.5 - (1 - end) * 0.5 * t), r * 0.94 / count
        teeth += [(x + 0.085, -0.06 - step * (k + 0.15)), (x - 0.03, -0.06 - step * (k + 0.85))]
    f.polygon(
        "blade",
        [(-b * 0.5, 0.02), (-b * 0.5, -r), (-b * 0.5 + b * end, -r), *reversed(teeth), (b * 0.5, 0.02)],
        slot,
        gloss=0.35,
    )
    f.dot("hole", -b * 0.5 + b * end * 0.5, -r * 0.94, 0.03, detail=0.7)


def bat(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A barrel that grows out of the handle."""
    f.limb(
        "barrel",
        [(0, 0.1, w * 1.02), (0, -r * 0.15, w * 1.15), (0, -r * 0.55, b * 0.92), (0, -r * 0.93, b)],
        slot,
        join="body",
    )
    if f.maybe(0.5):
        f.box("band", -b * 0.49, -r * 0.72, b * 0.49, -r * 0.62, "accent", bulge=0.6, detail=0.4)
        f.has("a band around its barrel")


def shaft(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A screwdriver's blade, flat or with a cross."""
    h, cross = b * 0.5, f.maybe(0.4)
    f.box("shaft", -h, -r * 0.86, h, 0.05, "metal", join="head", bulge=0.7, gloss=0.4)
    tip = [(-h, -r * 0.84), (h, -r * 0.84), (h * 0.3, -r), (-h * 0.3, -r)] if cross else [(-h, -r * 0.76), (h,
        -r * 0.76), (h * 2.0, -r * 0.88), (h * 1.7, -r), (-h * 1.7, -r), (-h * 2.0, -r * 0.88)]  # fmt: skip
    f.polygon("tip", tip, "metal", join="head", gloss=0.4)
    f.limb("collar", [(0, 0.06, w * 0.5), (0, -0.03, w * 0.42)], "second", detail=0.3)


def brush(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """A toothbrush's head from the side: tufts on a small board."""
    count = f.count(4, 6)
    tall, wavy = b * f.gene(0.9, 1.4), f.maybe(0.4)
    for k in range(count):
        y, step = -r * (0.16 + 0.8 * k / count), r * 0.8 / count
        long = tall * (1 - 0.25 * (k % 2) if wavy else 1.0)
        f.box(
            "tuft", w * 0.3, y - step * 0.88, w * 0.3 + long, y, "light" if k % 2 else "second", bulge=0.5, detail=0.05
        )
    f.limb("head", [(0, 0.08, w * 0.85), (0, -r * 0.12, w * 0.8), (0, -r * 0.9, w * 0.9)], "main", join="body")
    if wavy:
        f.has("wavy bristles")


def canopy(f: Figure, r: float, b: float, w: float, slot: str) -> None:
    """An open umbrella's roof of panels, between ribs."""
    panels, h, alternate = f.count(4, 6), b * 0.5, f.maybe(0.35)
    dome = [(-h * math.cos(math.pi * k / 12), -r * math.sin(math.pi * k / 12)) for k in range(13)]
    cusps = [h - 2 * h * k / panels for k in range(panels + 1)]
    cusps = [h * math.sin(0.5 * math.pi * x / h) for x in cusps]  # narrower towards the sides: it is round
    hem: list[Point] = []
    for left, right in zip(cusps[1:], cusps[:-1], strict=True):
        hem += [
            (right + (left - right) * t, -0.09 * 4 * t * (1 - t) * (right - left) / (2 * h / panels))
            for t in (0.25, 0.5, 0.75)
        ]
        hem.append((left, 0.0))
    f.polygon("canopy", [*dome, *hem[:-1]], slot, bulge=0.7)

    def rib(x: float, t: float) -> Point:
        return x * math.sin(0.5 * math.pi * t), -r * math.cos(0.5 * math.pi * t)

    if alternate:
        for k in range(1, panels - 1 + panels % 2, 2):
            a, z = cusps[k], cusps[k + 1]
            f.polygon("panel", [rib(a, t / 4) for t in range(5)] + [((a + z) / 2, -0.08)] + [rib(z, t / 4)
                for t in range(4, 0, -1)], "accent", bulge=0.4, detail=0.3)  # fmt: skip
        f.has("panels of two colours")
    for x in cusps[1:-1]:
        f.curve("rib", [rib(x, 0.02), rib(x, 0.33), rib(x, 0.66), (x, 0)], 0.025, "dark", detail=0.25)
    f.limb("tip", [(0, -r * 0.98, 0.06), (0, -r - f.gene(0.08, 0.2), 0.04)], "second", detail=0.2)


HEADS: dict[str, Callable[[Figure, float, float, float, str], None]] = {
    "hammer": hammer, "axe": axe, "shovel": shovel, "rake": rake, "broom": broom, "fork": fork, "spoon": spoon,
    "knife": knife, "sword": sword, "saw": saw, "bat": bat, "shaft": shaft, "brush": brush, "canopy": canopy,
}  # fmt: skip

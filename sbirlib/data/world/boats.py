"""Boats: a hull with its bow to the right, under sails, funnels or paddles; the deck is at y = 0."""

from __future__ import annotations

from sbirlib.data.world.figure import Figure, Point
from sbirlib.data.world.shapes import NUMBERS, flag, smoke, window


def boat(
    f: Figure, *, length: float = 2.0, depth: float = 0.3, sheer: float = 0.06, rake: float = 0.3, stern: float = 0.1,
    sails: bool = False, funnels: bool = False, paddles: bool = False,
) -> None:  # fmt: skip
    """A hull with its bow to the right: `sheer` lifts its ends, `rake` and `stern` slant them."""
    half, depth = length / 2 * f.gene(0.92, 1.08), depth * f.gene(0.85, 1.2)
    sheer, rake = sheer * f.gene(0.7, 1.4), rake * f.gene(0.7, 1.3)
    if sails:
        rig(f, half)
    if funnels:
        decks(f, half, depth)
    if paddles:
        for k, x in enumerate((-0.4, 0.1, 0.5)[: f.count(1, 3)]):
            f.limb(
                "seat", [(half * x - 0.08, 0.02, 0.1), (half * x + 0.08, 0.02, 0.1)], "wood", detail=0.3,
                shade=0.9 + 0.02 * k,
            )  # fmt: skip
    over = [
        (-half, -sheer), (-half * 0.62, -sheer * 0.24), (0.0, 0.0), (half * 0.62, -sheer * 0.3), (half, -sheer * 1.25),
    ]  # fmt: skip
    under = [
        (half - rake * 0.5, depth * 0.62), (half - rake, depth), (0.0, depth * 1.04), (-half + stern * 1.1, depth),
        (-half + stern * 0.4, depth * 0.55),
    ]  # fmt: skip
    if paddles:
        f.blob("hull", [*over, *under], bulge=0.8)
        double = f.maybe(0.5)
        with f.at(half * 0.1, -0.02, 62 + f.pose(-14, 14)):
            f.curve("paddle", [(-0.62, 0), (0.56, 0)], 0.04, "wood", sharp=True)
            f.ellipse("blade", 0.66, 0, 0.17, 0.085, "accent", bulge=0.3)
            if double:
                f.ellipse("blade", -0.7, 0, 0.17, 0.085, "accent", bulge=0.3)
        f.blob(
            "stripe", [(-half * 0.8, depth * 0.2), (0, depth * 0.42), (half * 0.8, depth * 0.14), (0, depth * 0.62)],
            "second", detail=0.5,
        )  # fmt: skip
        f.has("a paddle with two blades" if double else "a paddle")
        return
    f.polygon("hull", [*over, *under], "second" if sails else "main", bulge=0.6)
    line = [
        (half - rake * 0.62, depth * 0.7), (-half + stern * 0.5, depth * 0.7), (-half + stern * 1.1, depth),
        (half - rake, depth),
    ]  # fmt: skip
    f.polygon("waterline", line, "accent", detail=0.5, bulge=0.4)
    if funnels:
        ports = f.count(4, 7)
        for k in range(ports):
            window(
                f, -half * 0.72 + half * 1.36 * (k + 0.5) / ports, depth * 0.34, depth * 0.26, depth * 0.26, "round",
                detail=0.4,
            )  # fmt: skip
        f.curve(
            "anchor", [(half * 0.84, depth * 0.18), (half * 0.82, depth * 0.5)], 0.05, "dark", detail=0.6, sharp=True,
        )  # fmt: skip


def rig(f: Figure, half: float) -> None:
    """A mast with its sails."""
    cut, jib, pennant, cabin = f.pick(("pointed", "pointed", "gaff")), f.maybe(0.75), f.maybe(0.5), f.maybe(0.4)
    stripes, x, tall = f.count(0, 2), half * f.gene(-0.06, 0.2), half * f.gene(1.9, 2.4)
    boom, belly = half * f.gene(0.8, 1.0), f.pose(0.0, 0.14)
    if cabin:
        f.polygon(
            "cabin", [(x - half * 0.6, 0.02), (x - half * 0.52, -0.15), (x + half * 0.28, -0.15),
             (x + half * 0.42, 0.02)], "accent", detail=0.3,
        )  # fmt: skip
    if pennant:
        flag(f, x, -tall + 0.02, 0.18, left=True)
    low = -0.2
    f.curve("mast", [(x, 0.02), (x, -tall)], 0.05, "wood", sharp=True)
    f.curve("boom", [(x, low + 0.02), (x - boom - 0.06, low + 0.04)], 0.04, "wood", sharp=True, detail=0.3)
    if cut == "gaff":
        sail: list[Point] = [
            (x - 0.04, low), (x - 0.04, -tall * 0.66), (x - boom * 0.7, -tall * 0.98),
            (x - boom * 0.94 - belly, -tall * 0.5), (x - boom, low),
        ]  # fmt: skip
    else:
        sail = [
            (x - 0.04, low), (x - 0.04, -tall * 0.97), (x - boom * 0.42 - belly, -tall * 0.66),
            (x - boom * 0.8 - belly, -tall * 0.32), (x - boom, low),
        ]  # fmt: skip
    f.polygon("sail", sail, bulge=0.6)
    for k in range(stripes):
        y = low - tall * (0.14 + 0.17 * k)
        left = x - boom * (0.9 - 0.17 * k) - belly * 0.5
        f.polygon(
            "stripe", [(x - 0.04, y), (left, y), (left + boom * 0.06, y - 0.12), (x - 0.04, y - 0.12)], "second",
            detail=0.15,
        )  # fmt: skip
    if jib:
        f.polygon(
            "sail", [(x + 0.05, -tall * 0.9), (x + 0.07 + belly, -tall * 0.4), (x + 0.06, low - 0.04),
             (half * 0.96, -0.12)], "accent", bulge=0.5,
        )  # fmt: skip
    f.has("two sails" if jib else "one sail")
    if stripes:
        f.has("a striped sail")


def decks(f: Figure, half: float, depth: float) -> None:
    """What stands on a steamer: decks with windows, funnels, masts."""
    floors, stacks, steam = f.count(1, 2), f.count(1, 3), f.maybe(0.6)
    lean, tall, banded = f.gene(0.0, 0.12), f.gene(0.42, 0.68), f.maybe(0.7)
    storey, left, right = 0.22, -half * 0.68, half * 0.5
    top = -storey * floors
    for x, high in ((half * 0.74, 0.85), (-half * 0.8, 0.7)):
        f.curve("mast", [(x, 0.05), (x, top - high * half * 0.5)], 0.035, "wood", detail=0.25, sharp=True)
    f.curve("rope", [(half * 0.74, top - half * 0.42), (half * 0.98, -0.08)], 0.014, "dark", detail=0.6, sharp=True)
    flag(f, -half * 0.97, -0.04, 0.18, left=True)
    wide = 0.24 if stacks < 3 else 0.19
    for k in range(stacks):
        x = (left + right) / 2 + (k - (stacks - 1) / 2) * -0.44
        if steam:
            smoke(f, x - lean, top - tall, 0.15)
        f.polygon(
            "funnel", [(x - wide / 2, top + 0.04), (x - wide / 2 - lean, top - tall),
             (x + wide / 2 - lean, top - tall), (x + wide / 2, top + 0.04)], "accent", bulge=0.9,
        )  # fmt: skip
        if banded:
            f.polygon(
                "band", [(x - wide / 2 - lean * 0.72, top - tall * 0.76), (x - wide / 2 - lean, top - tall),
                 (x + wide / 2 - lean, top - tall), (x + wide / 2 - lean * 0.72, top - tall * 0.76)], "dark",
                detail=0.5, bulge=0.9,
            )  # fmt: skip
    for floor in range(floors):
        inset, y = 0.2 * floor, -storey * floor
        f.box("deck", left + inset, y - storey, right - inset, y + 0.06, "light" if floor else "second", detail=0.05)
        for k in range(4):
            x = left + inset + (right - left - 2 * inset) * (k + 0.5) / 4
            window(f, x, y - storey * 0.5, 0.14, storey * 0.42, detail=0.5)
    f.has(f"{NUMBERS[stacks]} funnel{'s' if stacks > 1 else ''}")
    f.has(f"{NUMBERS[floors]} deck{'s' if floors > 1 else ''}")

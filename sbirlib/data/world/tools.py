"""Things one takes by a handle: hammers, spoons, swords, umbrellas.

They are drawn upright, the handle's upper end at (0, 0) and the head above it; how they lie is the picture's affair.
"""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.heads import HEADS
from sbirlib.data.world.rings import ring


def hafted(
    f: Figure,
    *,
    head: str = "hammer",
    reach: float = 0.5,
    breadth: float = 0.5,
    handle: float = 1.2,
    width: float = 0.14,
    grip: str = "",
    whole: bool = False,
) -> None:
    """A head on a handle; the larger of the two has the main colour, and `whole` makes them of one piece."""
    reach = reach * f.gene(0.85, 1.15)
    breadth = breadth * f.gene(0.82, 1.18)
    length = f.gene(0.78, 1.25)
    handle, width = handle * length, width * f.gene(0.85, 1.2)
    larger = reach * breadth > handle * width
    slot, other = ("main", "main") if whole else ("main", "second") if larger else ("second", "main")
    top = -0.9 * reach if head in ("hammer", "axe", "canopy") else -0.05
    if grip != "saw":
        end = 1.7 if grip == "flare" else 1.08 if grip == "" else 1.0
        sway = 0.05 * handle if grip == "bent" else 0.0
        f.limb(
            "handle",
            [
                (0, top, width),
                (sway, handle * 0.5, width * (0.9 if grip == "flare" else 1.0)),
                (0, handle, width * end),
            ],
            other,
            join="body",
        )
    GRIPS[grip](f, handle, width, other)
    HEADS[head](f, reach, breadth, width, slot)
    if grip in ("", "bent", "tee") and not whole and length > 1.1:
        f.has("a long handle")


# grips: what is at the handle's lower end ------------------------------------------------------------------------


def bare(f: Figure, handle: float, w: float, slot: str) -> None:
    """A handle as it is, or wrapped at its end."""
    if f.maybe(0.4):
        long = handle * f.gene(0.2, 0.38)
        f.box("grip", -w * 0.62, handle - long, w * 0.62, handle + w * 0.4, "accent", rounding=w * 0.3, detail=0.4)


def bent(f: Figure, handle: float, w: float, slot: str) -> None:
    """Soft patches for the thumb."""
    if f.maybe(0.6):
        f.ellipse("grip", handle * 0.04, handle * 0.38, w * 0.28, handle * 0.15, "accent", detail=0.5)


def flare(f: Figure, handle: float, w: float, slot: str) -> None:
    """A rounded end, plain, with a line along it, or with a hole to hang it by."""
    style = f.pick(("plain", "line", "hole"))
    if style == "line":
        f.curve("line", [(0, handle * 0.6), (0, handle * 0.96)], 0.03, "dark", detail=0.6)
    elif style == "hole":
        f.dot("hole", 0, handle * 0.94, w * 0.3, detail=0.4)


def rivets(f: Figure, handle: float, w: float, slot: str) -> None:
    """A heel that keeps the hand in place, and two or three rivets."""
    count = f.count(2, 3)
    f.blob("heel of the handle", [(-w * 0.5, handle * 0.8), (w * 0.5, handle * 0.8), (w * 0.85, handle * 1.05),
        (-w * 0.4, handle * 1.1)], slot, join="body")  # fmt: skip
    for k in range(count):
        f.dot("rivet", 0, handle * (0.25 + 0.5 * k / (count - 1)), w * 0.17, "metal", detail=0.5)
    f.has(f"{'two' if count == 2 else 'three'} rivets")


def knob(f: Figure, handle: float, w: float, slot: str) -> None:
    """A knob, and tape around the handle."""
    f.ellipse("knob", 0, handle, w * 0.85, w * 0.45, slot, join="body")
    if f.maybe(0.6):
        f.box("grip", -w * 0.56, handle * 0.3, w * 0.56, handle - w * 0.35, "second", bulge=0.7, detail=0.2)
        for k in range(3):
            y = handle * (0.42 + 0.16 * k)
            f.curve("tape", [(-w * 0.54, y + 0.03), (w * 0.54, y - 0.03)], 0.02, "dark", detail=0.7)
        f.has("a wrapped grip")


def tee(f: Figure, handle: float, w: float, slot: str) -> None:
    """A bar or a loop to push with, or nothing."""
    style = f.pick(("bar", "loop", "bare"))
    if style == "bar":
        f.limb("grip", [(-0.22, handle, w * 1.2), (0.22, handle, w * 1.2)], "accent", detail=0.05)
    elif style == "loop":
        ring(f, "grip", (0, handle + 0.13), (0.19, 0.14), w * 0.85, -90, slot)


def hook(f: Figure, handle: float, w: float, slot: str) -> None:
    """A crook, or a straight grip."""
    w = w * 1.7
    if f.maybe(0.75):
        r = f.gene(0.12, 0.18)
        f.limb("hook", [(0, handle * 0.9, w), (0, handle, w), (r * 0.35, handle + r * 0.85, w),
            (r, handle + r * 1.15, w), (r * 1.65, handle + r * 0.85, w), (r * 2, handle * 1.02, w)], "second",
            join="grip")  # fmt: skip
        f.has("a hooked handle")
    else:
        f.limb("grip", [(0, handle * 0.75, w * 1.5), (0, handle * 1.05, w * 1.8)], "second")


def hilt(f: Figure, handle: float, w: float, slot: str) -> None:
    """A sword's pommel and guard, and the leather between."""
    for k in range(3):
        y = handle * (0.3 + 0.22 * k)
        f.curve("wrapping", [(-w * 0.48, y), (w * 0.48, y - 0.04)], 0.02, "dark", detail=0.6)
    f.ellipse("pommel", 0, handle + w * 0.4, w * 0.75, w * 0.7, "accent", gloss=0.3)
    wide, droop = f.gene(0.26, 0.42), f.pick((-0.12, 0.0, 0.12))
    f.limb("guard", [(-wide, droop, 0.1), (0, 0, 0.12), (wide, droop, 0.1)], "accent", gloss=0.3)


def closed(f: Figure, handle: float, w: float, slot: str) -> None:
    """A saw's handle, through which the fingers go."""
    ring(f, "handle", (0.02, 0.3), (0.24, 0.26), 0.17, -90, slot)
    f.box("handle", -0.26, -0.1, 0.24, 0.15, slot, rounding=0.09, join="body")
    for x in (-0.1, 0.1):
        f.dot("screw", x, -0.01, 0.035, "metal", detail=0.6)


def fat(f: Figure, handle: float, w: float, slot: str) -> None:
    """A thick handle with grooves, a waist and a rounded end."""
    f.limb("handle", [(0, 0.02, w * 0.75), (0, handle * 0.22, w * 0.6), (0, handle * 0.5, w * 1.15),
        (0, handle * 0.98, w * 1.1)], slot, join="body")  # fmt: skip
    for k in range(f.count(1, 3)):
        x = w * (-0.3, 0.3, 0.0)[k]
        f.curve("groove", [(x, handle * 0.42), (x, handle * 0.95)], 0.03, "dark", detail=0.35)


GRIPS: dict[str, Callable[[Figure, float, float, str], None]] = {
    "": bare, "bent": bent, "flare": flare, "rivets": rivets, "knob": knob, "tee": tee, "hook": hook, "hilt": hilt,
    "saw": closed, "fat": fat,
}  # fmt: skip

"""What a potter or a cooper makes: profiles turned around an axis, with handles, spouts, lids and stems.

A vessel stands with its base around (0, 0) and is seen a little from above.
"""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.fittings import EXTRAS
from sbirlib.data.world.profiles import Profile, radius, turned


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

    Without a belly the side is straight. `top` says what closes it, `extra` what belongs to this kind alone: a saucer,
    a label, flowers, weaving.
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
    f.limb("handle", [(b + 0.1, -high + 0.02, w), (b - out * 0.35, -high - 0.03, w),
        (x + out * 0.1 * (1 - corner), -high + (high - low) * (0.3 - 0.16 * corner), w), (x, -(high + low) / 2, w),
        (x + out * 0.3, -low - (high - low) * 0.14, w), (a + 0.1, -low + 0.03, w)], join="body")  # fmt: skip


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
            f.limb("handle", [(b - 0.06, -y1, 0.075), (x, -y1 - 0.01, 0.075), (x + 0.03, -(y0 * 0.4 + y1 * 0.6), 0.075),
                (a - 0.08, -y0, 0.075)], join="body")  # fmt: skip
    f.has("two handles")


def bail(f: Figure, profile: Profile, view: float) -> None:
    """A bow of wire over the top, with a wooden grip or without."""
    last, r = profile[-1]
    grip = f.maybe(0.6)
    high = r * f.gene(0.7, 1.3)
    slot = f.pick(("dark", "metal"))
    way = [(-r * 0.98, -last + 0.04), (-r * 0.82, -last - high * 0.62), (-r * 0.3, -last - high), (r * 0.3,
        -last - high), (r * 0.82, -last - high * 0.62), (r * 0.98, -last + 0.04)]  # fmt: skip
    f.curve("handle", way, 0.05, slot)
    if grip:
        (x0, y0), (x1, y1) = way[2], way[3]
        f.limb("grip", [(x0 * 0.7, y0 - 0.02, 0.1), (x1 * 0.7, y1 - 0.02, 0.1)], "accent", detail=0.3)


def hoop(f: Figure, profile: Profile, view: float) -> None:
    """A broad bow over the top, of one piece with the rest."""
    last, r = profile[-1]
    high, w = r * f.gene(1.0, 1.7), f.gene(0.09, 0.13)
    f.limb("handle", [(-r * 0.93, -last + 0.08, w), (-r * 0.9, -last - high * 0.45, w),
        (-r * 0.52, -last - high * 0.9, w), (0, -last - high * 1.06, w), (r * 0.52, -last - high * 0.9, w),
        (r * 0.9, -last - high * 0.45, w), (r * 0.93, -last + 0.08, w)], "main")  # fmt: skip
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
    f.limb("spout", [(r - 0.15, -low + 0.05, 0.3), (*mid, 0.19),
        (r + out * (0.62 if swan else 0.75), y + (-low - y) * 0.25, 0.13), (r + out, y, 0.12)],
        join="body")  # fmt: skip
    f.ellipse("spout's mouth", r + out + 0.02, y - 0.03, 0.065, 0.035, "dark", angle=25, detail=0.5)


def lip_spout(f: Figure, profile: Profile, view: float) -> None:
    """A jug's beak."""
    last, r = profile[-1]
    out = f.gene(0.12, 0.24)
    f.polygon("spout", [(r * 0.2, -last + 0.02), (r * 0.3, -last - r * view * 0.9), (r + out * 0.9, -last - 0.08),
        (r + out, -last - 0.03), (r * 1.02, -last + 0.16), (r * 0.8, -last + 0.3)], join="body", bulge=0.5)  # fmt: skip


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
    f.blob("lid", [(-r * 1.04, -last + 0.02), (-r * 0.92, -last - high * 0.45), (-r * 0.45, -last - high * 0.95),
        (0, -last - high * 1.05), (r * 0.45, -last - high * 0.95), (r * 0.92, -last - high * 0.45),
        (r * 1.04, -last + 0.02), (r * 0.6, -last + r * view * 0.8), (0, -last + r * view),
        (-r * 0.6, -last + r * view * 0.8)], "second" if f.maybe(0.5) else "main", bulge=0.8)  # fmt: skip
    size = f.gene(0.055, 0.095)
    f.ellipse("knob", 0, -last - high - size * 0.7, size * f.gene(0.9, 1.4), size, "accent", detail=0.1)
    f.has("a high lid" if high > r * 0.55 else "a flat lid")


TOPS: dict[str, Callable[[Figure, Profile, float], None]] = {
    "open": opened, "filled": filled, "cork": corked, "lid": lidded,
}  # fmt: skip

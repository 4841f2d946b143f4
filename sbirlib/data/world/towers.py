"""Buildings higher than wide, told apart by what they carry: a lantern, sails, curved roofs, an aerial."""

from __future__ import annotations

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.shapes import NUMBERS, door, mirrored, window


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
        f.blob(
            "rock", [(-half * 2.4, 0.22), (-half * 1.9, 0.02), (-half * 1.1, -0.08), (half * 0.9, -0.1),
             (half * 1.9, 0.04), (half * 2.3, 0.24), (0, 0.3)], "metal", detail=0.2, shade=0.8,
        )  # fmt: skip
    if hut:
        x = side * half * 1.7
        f.box("hut", x - half * 0.95, -0.34, x + half * 0.95, 0, "light")
        f.polygon("roof", [(x - half * 1.1, -0.32), (x, -0.58), (x + half * 1.1, -0.32)], "accent")
        window(f, x + side * half * 0.3, -0.17, 0.12, 0.12, detail=0.5)
    top = -height
    if beam:
        for way in (-1, 1):
            y = top - lantern * 0.5
            f.polygon(
                "beam", [(0, y), (way * half * 3.2, y - 0.16), (way * half * 3.2, y + 0.16)], "glow", bulge=0.0,
                detail=0.35,
            )  # fmt: skip
    f.polygon("tower", [(-half, 0), (-upper, top), (upper, top), (half, 0)], bulge=0.9)
    for k in range(bands):
        t, u = (k * 2 + 0.7) / (bands * 2), (k * 2 + 1.7) / (bands * 2)
        a, b = half + (upper - half) * t, half + (upper - half) * u
        f.polygon("band", [(-a, top * t), (-b, top * u), (b, top * u), (a, top * t)], "second", bulge=0.9)
    for t in (0.4, 0.7):
        window(f, 0, top * t, 0.12, 0.18, panes, detail=0.35)
    door(f, 0, 0, half * 0.56, 0.34, "arched", "accent")
    f.box("lantern", -upper * 0.66, top - lantern, upper * 0.66, top, "glow", bulge=0.5, gloss=0.4)
    f.curve("lantern's bar", [(0, top - lantern), (0, top)], 0.03, "dark", detail=0.5, sharp=True)
    f.box("gallery", -upper * 1.35, top - 0.05, upper * 1.35, top + 0.04, "dark")
    for way in (-1, 1):
        f.curve(
            "railing", [(way * upper * 1.3, top), (way * upper * 1.3, top - 0.15), (way * upper * 0.66, top - 0.15)],
            0.02, "dark", detail=0.5, sharp=True,
        )  # fmt: skip
    y = top - lantern
    if dome == "dome":
        f.blob(
            "dome", mirrored([(-upper * 0.85, y + 0.03), (-upper * 0.6, y - 0.12), (0, y - 0.22)]), "accent", bulge=0.9,
        )  # fmt: skip
    else:
        f.polygon("roof", [(-upper * 0.9, y + 0.02), (0, y - 0.28), (upper * 0.9, y + 0.02)], "accent", bulge=0.7)
    f.has(f"{NUMBERS[bands]} band{'' if bands == 1 else 's'}")
    if hut:
        f.has("a hut beside it")


def windmill(f: Figure, half: float, height: float, upper: float) -> None:
    """A tower with four blades before its cap."""
    blades, cap = f.pick(("lattice", "lattice", "cloth")), f.pick(("round", "pointed"))
    gallery, rows = f.maybe(0.4), f.count(1, 2)
    turn, reach, wide = f.pose(8, 82), height * f.gene(0.62, 0.8), f.gene(0.15, 0.22)
    top = -height
    f.polygon("tower", [(-half, 0), (-upper, top), (upper, top), (half, 0)], bulge=0.7)
    if cap == "round":
        dome = [(0.0, top + 0.06), (-upper * 1.12, top + 0.04), (-upper * 0.86, top - 0.2), (0.0, top - 0.34)]
        f.blob("roof", mirrored(dome), "second", bulge=0.9)
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
                f.polygon(
                    "blade", [(start, 0.02), (reach, 0.02), (reach, wide * 1.2), (start, wide * 0.8)], "accent",
                    bulge=0.1,
                )  # fmt: skip
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
        out, low = w * spread, y - step * 0.5
        under = [(0.0, low - step * 0.02), (-out * 0.9, low + step * 0.02), (-out, low - lift)]
        f.polygon("roof", mirrored([*under, (-w * 0.98, low - step * 0.18), (-w * 0.66, low - step * 0.52)]), "second")
    door(f, 0, 0, half * 0.5, step * 0.42)
    y = -height
    f.curve("spire", [(0, y + 0.04), (0, y - 0.42)], 0.05, "metal", sharp=True)
    f.dot("ball", 0, y - 0.16, 0.07, "accent", detail=0.4)
    f.has(f"{NUMBERS[tiers]} roofs")


def skyscraper(f: Figure, half: float, height: float) -> None:
    """Storeys upon storeys, with a flat, a stepped or a pointed top."""
    shape, columns, rows = f.pick(("slab", "steps", "point")), f.count(2, 3), f.count(5, 7)
    style = f.pick(("panes", "strips", "ribs"))
    aerial, inset, beside = f.maybe(0.6), f.gene(0.62, 0.76), f.maybe(0.35)
    side = f.pick((-1, 1))
    if beside:
        left, right = sorted((side * half * 0.8, side * half * 2.0))
        f.box("annex", left, -height * 0.52, right, 0, "second", shade=0.9)
        for k in range(3):
            y = -height * (0.44 - 0.13 * k)
            f.box("window", left + 0.1, y, right - 0.1, y + height * 0.06, "glass", detail=0.45)
    y = -height
    upper = half * inset
    floors = [(half, 0.0, 1.0)]  # (half a width, from, to)
    if shape == "steps":
        floors = [(half, 0.0, 0.62), (upper, 0.6, 0.86), (upper * inset, 0.84, 1.0)]
    if aerial:
        base = y - height * 0.16 if shape == "point" else y
        f.curve("aerial", [(0, base + 0.03), (0, base - height * 0.2)], 0.04, "metal", sharp=True)
    if shape == "point":
        f.polygon(
            "spire", [(-half * 0.9, y + 0.02), (0, y - height * 0.19), (half * 0.9, y + 0.02)], "accent", bulge=0.3,
        )  # fmt: skip
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
                    f.box(
                        "window", a, top, a + (right - left) / (columns + 1) * 0.66, bottom, "glass", detail=0.35,
                        gloss=0.3,
                    )  # fmt: skip
            case _:
                for k in range(many * columns):
                    a, b = left + (right - left) * (k % columns) / columns, top + (bottom - top) * (k // columns) / many
                    f.box(
                        "window", a + 0.02, b, a + (right - left) / columns - 0.02, b + (bottom - top) / many * 0.62,
                        "glass", detail=0.4,
                    )  # fmt: skip
    door(f, 0, 0, half * 0.6, height * 0.09, "double", "dark", detail=0.3)
    f.has({"slab": "a flat top", "steps": "a stepped top", "point": "a pointed top"}[shape])
    if aerial:
        f.has("an aerial")

"""One instance of a class, as a photo and as a sketch: everything hangs on (seed, class, index)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random

from sbirlib.data.pens import PENS, inked
from sbirlib.data.raster import Array
from sbirlib.data.world.figure import Figure, Memory, Placed, place
from sbirlib.data.world.kinds import Kind, kinds
from sbirlib.data.world.photo import COLOURS, PATTERNS, photograph
from sbirlib.data.world.scenes import SCENES
from sbirlib.data.world.sketch import Strokes, draw

VERSION = "1"
"""Of the world: whatever changes what a picture shows changes this, and records and weights name it."""


@dataclass(frozen=True)
class Dials:
    """What can be turned for all pictures at once."""

    abstraction: float | None = None
    """Of the sketches, from 0 (careful) to 1 (a few unsteady strokes); without one, it varies from sketch to sketch."""
    clutter: float = 1.0
    """Of the photos' surroundings: 0 leaves only the scene."""
    scale: tuple[float, float] = (0.5, 0.86)
    """How much of the picture the thing fills, from ... to ..."""

    def __post_init__(self) -> None:
        low, high = self.scale
        if not 0 <= (self.abstraction or 0.0) <= 1 or not 0 < low <= high <= 1 or self.clutter < 0:
            raise ValueError(f"abstraction goes from 0 to 1, clutter from 0 up, scale from 0 to 1, rising; got {self}")


DIALS = Dials()


@dataclass(frozen=True)
class Instance:
    """A thing of its own: proportions, pose, view and attributes follow from seed, class and index alone."""

    name: str
    index: int
    seed: int = 0

    @property
    def kind(self) -> Kind:
        if self.name not in kinds():
            raise ValueError(f"the world has no class {self.name!r}; sbirlib.data.world.kinds() has all of them")
        return kinds()[self.name]

    def random(self, *what: object) -> Random:
        """A generator of this instance's own for some purpose."""
        return Random(f"{VERSION}/{self.seed}/{self.name}/{self.index}/" + "/".join(map(str, what)))

    @cached_property
    def looks(self) -> Mapping[str, str]:
        """Its colours, its pattern and which way it looks, chosen without a look at the class; and where it is."""
        r, scenes = self.random("attributes"), self.kind.scenes
        colours = r.sample(list(COLOURS), 3)
        pattern = "plain" if r.random() < 0.45 else r.choice([name for name in PATTERNS if name != "plain"])
        return {
            "colour": colours[0],
            "second colour": colours[1],
            "third colour": colours[2],
            "pattern": pattern,
            # half of them are where one expects such a thing
            "scene": r.choice(scenes) if r.random() < 0.5 else r.choice(list(SCENES)),
            "facing": "left" if r.random() < 0.5 else "right",
        }

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """What can be said of it: its looks, and what it has that others of its class have not."""
        return {**self.looks, **self.figure.traits}

    @cached_property
    def figure(self) -> Figure:
        """Its parts, as it is."""
        return self.kind.figure(Figure(self.random("genes")))

    def remembered(self, memory: Memory) -> Figure:
        """Its parts, as somebody remembers it."""
        return self.kind.figure(Figure(self.random("genes"), memory))

    def place(self, dials: Dials = DIALS) -> tuple[Placed, float]:
        """The figure in its photo, and the height of the ground."""
        r, figure = self.random("place"), self.figure
        low, high = dials.scale
        extent = low + (high - low) * r.random()
        x = 0.5 + (1 - extent) * 0.7 * (r.random() - 0.5)
        ground = min(0.97, 0.5 + extent * 0.42 + 0.1 * r.random())
        mirrored = self.looks["facing"] == "left"
        squeeze, shear = 0.84 + 0.16 * r.random(), 0.14 * (r.random() - 0.5)
        match self.kind.stance:
            case "ground":
                tilt = 3 * (2 * r.random() - 1)
                return place(
                    figure,
                    extent=extent,
                    x=x,
                    bottom=ground,
                    mirrored=mirrored,
                    tilt=tilt,
                    squeeze=squeeze,
                    shear=shear,
                ), ground
            case "float":
                tilt, y = 22 * (2 * r.random() - 1), 0.5 + (1 - extent) * 0.6 * (r.random() - 0.5)
                return place(figure, extent=extent, x=x, y=y, mirrored=mirrored, tilt=tilt, squeeze=squeeze), 0.75
            case _:
                tilt = 360 * r.random()
                placed = place(figure, extent=extent, x=x, y=0.5, mirrored=mirrored, tilt=tilt, squeeze=squeeze)
                return placed, min(0.98, float(placed.points[:, 1].max()))

    def photo(self, size: int = 64, dials: Dials = DIALS, ids: Array | None = None) -> Array:
        """The photo (size, size, 3); `ids` receives the number of the part at each pixel, or -1."""
        has = self.looks
        placed, ground = self.place(dials)
        return photograph(
            placed,
            colours=(has["colour"], has["second colour"], has["third colour"]),
            pattern=has["pattern"],
            scene=has["scene"],
            ground=ground,
            floats=self.kind.stance == "float" or has["scene"] in ("sky", "underwater"),
            random=self.random("photo"),
            clutter=dials.clutter,
            size=size,
            ids=ids,
        )

    def seen_by(self, r: Random, dials: Dials) -> tuple[float, str]:
        """How abstract a sketch is and which way the thing looks in it: most keep the photo's way."""
        level = r.betavariate(1.6, 1.8) if dials.abstraction is None else dials.abstraction
        turned = r.random() < 0.12 + 0.2 * level
        facing = self.looks["facing"]
        return level, {"left": "right", "right": "left"}[facing] if turned else facing

    def facing(self, take: int | None = None, dials: Dials = DIALS) -> str:
        """Which way it looks in the photo, or in a sketch."""
        return self.looks["facing"] if take is None else self.seen_by(self.random("sketch", take), dials)[1]

    def strokes(self, take: int = 0, dials: Dials = DIALS) -> Strokes:
        """What one person (the `take`-th) draws from memory."""
        r = self.random("sketch", take)
        level, facing = self.seen_by(r, dials)
        memory = Memory(r, exaggerate=0.1 + 0.7 * level, blur=0.03 + 0.17 * level, pose=0.25 + 0.6 * level)
        figure = self.remembered(memory)
        extent, tilt = 0.62 + 0.3 * r.random(), r.gauss(0, 3 + 4 * level)
        if self.kind.stance == "lie":  # as one holds it, not as it lay in the photo
            tilt += r.choice([0.0, -45.0, 45.0, 90.0, -90.0])
        x, y = 0.5 + (1 - extent) * 0.6 * (r.random() - 0.5), 0.5 + (1 - extent) * 0.6 * (r.random() - 0.5)
        squeeze, shear = 0.94 + (0.1 + 0.25 * level) * (r.random() - 0.5), 0.3 * level * (r.random() - 0.5)
        turned = facing == "left"
        placed = place(figure, extent=extent, x=x, y=y, mirrored=turned, tilt=tilt, squeeze=squeeze, shear=shear)
        pen = r.choice(list(PENS))
        return draw(placed, level=level, pen=pen, pattern=self.looks["pattern"], random=r)

    def sketch(self, take: int = 0, size: int = 64, dials: Dials = DIALS, ids: Array | None = None) -> Array:
        """The sketch (size, size, 3); `ids` receives the number of the stroke at each pixel, or -1."""
        return self.inked(self.strokes(take, dials), take, size, ids)

    def inked(self, strokes: Strokes, take: int, size: int, ids: Array | None = None) -> Array:
        """The `take`-th sketch's strokes on its paper."""
        return inked(strokes.ways, size, PENS[strokes.pen], self.random("paper", take).getrandbits(31), ids)

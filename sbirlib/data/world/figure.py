"""A figure: the parts of one thing, as vectors, built by its family's program from genes.

The same program is run twice for one instance: once as the thing is, and once as somebody remembers it, with
proportions exaggerated and blurred and a pose of its own, which is what a sketch shows. Genes are drawn in the same
order both times, so whatever survives in memory is the same thing.

Units are the program's own, y downwards: the figure is fitted into the picture afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

import numpy as np

from sbirlib.data.raster import BLOB, CURVE, LINE, POLYGON, Array

Choice = TypeVar("Choice")
Point = tuple[float, float]
Frame = tuple[float, float, float, float, float, float]

UNMOVED: Frame = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Part:
    """One shape: its control points, and how a painter and a person who sketches treat it."""

    name: str
    shape: int
    points: list[Point]
    slot: str
    """Which of the thing's colours: main, second, accent, or a fixed one (dark, light, glass, metal, ...)."""
    width: float = 0.0
    """Of an open line, in the figure's units."""
    join: str = ""
    """Parts that join grow together: no line is drawn where one runs inside the other."""
    detail: float = 0.0
    """From 0 (nobody leaves it out of a sketch) to 1 (the first to go)."""
    shade: float = 1.0
    """Below 1 for what lies farther back."""
    bulge: float = 0.75
    """From 0 (flat) to 1 (a ball)."""
    gloss: float = 0.05


@dataclass(slots=True)
class Memory:
    """How the one who sketches remembers: what is large becomes larger (`exaggerate`), the rest a little wrong."""

    random: Random
    exaggerate: float = 0.3
    blur: float = 0.08
    pose: float = 0.5
    """How much of the pose is another one."""


@dataclass
class Figure:
    """What a family's program draws on."""

    genes: Random
    memory: Memory | None = None
    parts: list[Part] = field(default_factory=list)
    traits: dict[str, str] = field(default_factory=dict)
    """What a caption can say: has (a long neck, three windows), pose (sitting)."""
    frame: Frame = UNMOVED

    # genes ----------------------------------------------------------------------------------------------------

    def gene(self, low: float, high: float) -> float:
        """A proportion from `low` to `high`."""
        value = self.genes.random()
        if self.memory is not None:
            m = self.memory
            value = 0.5 + (value - 0.5) * (1 + m.exaggerate) + m.random.gauss(0.0, m.blur)
        return low + (high - low) * value

    def pose(self, low: float, high: float) -> float:
        """A position of the moment: partly another one when it is remembered."""
        value = self.genes.random()
        if self.memory is not None:
            value += self.memory.pose * (self.memory.random.random() - value)
        return low + (high - low) * value

    def maybe(self, chance: float) -> bool:
        """A trait that some have."""
        return self.genes.random() < chance

    def pick(self, options: Sequence[Choice]) -> Choice:
        return options[int(self.genes.random() * len(options))]

    def count(self, low: int, high: int) -> int:
        return low + int(self.genes.random() * (high - low + 1))

    # where ----------------------------------------------------------------------------------------------------

    @contextmanager
    def at(self, x: float, y: float, angle: float = 0.0, scale: float = 1.0, flip: bool = False) -> Iterator[None]:
        """Within it, (0, 0) is here, turned by `angle` degrees (clockwise, as y points down)."""
        old = a, b, c, d, e, f = self.frame
        turn = math.radians(angle)
        p, q = math.cos(turn) * scale, math.sin(turn) * scale
        r, s = (-p, -q) if flip else (p, q)
        self.frame = (
            a * r + c * s,
            b * r + d * s,
            -a * q + c * p,
            -b * q + d * p,
            a * x + c * y + e,
            b * x + d * y + f,
        )
        try:
            yield
        finally:
            self.frame = old

    @property
    def scale(self) -> float:
        a, b, c, d, _, _ = self.frame
        return math.sqrt(abs(a * d - b * c))

    # shapes ---------------------------------------------------------------------------------------------------

    def add(
        self,
        name: str,
        shape: int,
        points: Sequence[Point],
        slot: str = "main",
        *,
        width: float = 0.0,
        join: str = "",
        detail: float = 0.0,
        shade: float = 1.0,
        bulge: float = 0.75,
        gloss: float = 0.05,
    ) -> None:
        if self.frame is UNMOVED:  # most parts: keep it cheap
            moved = list(points)
        else:
            a, b, c, d, e, f = self.frame
            moved = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
            width *= self.scale
        self.parts.append(Part(name, shape, moved, slot, width, join, detail, shade, bulge, gloss))

    def blob(
        self,
        name: str,
        points: Sequence[Point],
        slot: str = "main",
        *,
        join: str = "",
        detail: float = 0.0,
        shade: float = 1.0,
        bulge: float = 0.75,
        gloss: float = 0.05,
    ) -> None:
        """A closed round shape through the points."""
        self.add(name, BLOB, points, slot, join=join, detail=detail, shade=shade, bulge=bulge, gloss=gloss)

    def polygon(
        self,
        name: str,
        points: Sequence[Point],
        slot: str = "main",
        *,
        join: str = "",
        detail: float = 0.0,
        shade: float = 1.0,
        bulge: float = 0.2,
        gloss: float = 0.05,
    ) -> None:
        """A closed shape with corners."""
        self.add(name, POLYGON, points, slot, join=join, detail=detail, shade=shade, bulge=bulge, gloss=gloss)

    def ellipse(
        self,
        name: str,
        x: float,
        y: float,
        rx: float,
        ry: float,
        slot: str = "main",
        *,
        angle: float = 0.0,
        join: str = "",
        detail: float = 0.0,
        shade: float = 1.0,
        bulge: float = 0.9,
        gloss: float = 0.08,
    ) -> None:
        turn = math.radians(angle)
        p, q = math.cos(turn), math.sin(turn)
        points = [(x + rx * u * p - ry * v * q, y + rx * u * q + ry * v * p) for u, v in CIRCLE]
        self.add(name, BLOB, points, slot, join=join, detail=detail, shade=shade, bulge=bulge, gloss=gloss)

    def box(
        self,
        name: str,
        left: float,
        top: float,
        right: float,
        bottom: float,
        slot: str = "main",
        *,
        rounding: float = 0.0,
        lean: float = 0.0,
        join: str = "",
        detail: float = 0.0,
        shade: float = 1.0,
        bulge: float = 0.2,
        gloss: float = 0.05,
    ) -> None:
        """A box; `lean` moves both upper corners inwards, `rounding` (a length) softens all corners."""
        if rounding <= 0:
            points = [(left + lean, top), (right - lean, top), (right, bottom), (left, bottom)]
            self.add(name, POLYGON, points, slot, join=join, detail=detail, shade=shade, bulge=bulge, gloss=gloss)
            return
        r = min(rounding, (right - left) / 2, (bottom - top) / 2)
        k = 0.3 * r
        points = []
        for x, y, u, v in (
            (left + lean, top, 1, 1),
            (right - lean, top, -1, 1),
            (right, bottom, -1, -1),
            (left, bottom, 1, -1),
        ):
            corner = [(x, y + v * r), (x + u * k, y + v * k), (x + u * r, y)]
            points += corner if u == v else corner[::-1]
        self.add(name, BLOB, points, slot, join=join, detail=detail, shade=shade, bulge=bulge, gloss=gloss)

    def limb(
        self,
        name: str,
        way: Sequence[tuple[float, float, float]],
        slot: str = "main",
        *,
        join: str = "",
        detail: float = 0.0,
        shade: float = 1.0,
        bulge: float = 0.85,
        gloss: float = 0.05,
    ) -> None:
        """A round-ended shape along (x, y, width): legs, necks, tails, trunks, branches."""
        left, right = [], []
        for i, (x, y, width) in enumerate(way):
            x0, y0, _ = way[max(i - 1, 0)]
            x1, y1, _ = way[min(i + 1, len(way) - 1)]
            dx, dy = x1 - x0, y1 - y0
            n = math.hypot(dx, dy) or 1.0
            nx, ny = -dy / n * width / 2, dx / n * width / 2
            left.append((x + nx, y + ny))
            right.append((x - nx, y - ny))
        (x0, y0, w0), (x1, y1, w1) = way[0], way[-1]
        u, v = way[1], way[-2]
        head = end_cap(x0, y0, w0, x0 - u[0], y0 - u[1])
        tail = end_cap(x1, y1, w1, x1 - v[0], y1 - v[1])
        points = [head, *left, tail, *reversed(right)]
        self.add(name, BLOB, points, slot, join=join, detail=detail, shade=shade, bulge=bulge, gloss=gloss)

    def curve(
        self,
        name: str,
        points: Sequence[Point],
        width: float = 0.04,
        slot: str = "dark",
        *,
        detail: float = 0.0,
        shade: float = 1.0,
        sharp: bool = False,
        gloss: float = 0.05,
    ) -> None:
        """An open line of some width: whiskers, masts, ropes, spokes, handles of wire."""
        shape = LINE if sharp else CURVE
        self.add(name, shape, points, slot, width=width, detail=detail, shade=shade, gloss=gloss)

    def dot(self, name: str, x: float, y: float, r: float, slot: str = "dark", *, detail: float = 0.3) -> None:
        """An eye, a button, a knob."""
        self.ellipse(name, x, y, r, r, slot, detail=detail, gloss=0.3)

    def has(self, what: str) -> None:
        """Let the caption say so: `f.has("a long neck")`."""
        self.traits["has"] = f"{self.traits['has']} and {what}" if "has" in self.traits else what


def end_cap(x: float, y: float, width: float, dx: float, dy: float) -> Point:
    n = math.hypot(dx, dy) or 1.0
    return x + dx / n * width * 0.4, y + dy / n * width * 0.4


CIRCLE = [(math.cos(math.pi * k / 5), math.sin(math.pi * k / 5)) for k in range(10)]


@dataclass(slots=True)
class Placed:
    """Parts where they stand in the picture: all control points (n, 2), and where each part's start."""

    parts: list[Part]
    points: Array
    starts: Array
    unit: float
    """How long the figure's unit is, in pictures."""
    extent: float
    """The thing's longer side, in pictures."""
    centre: tuple[float, float]

    def of(self, part: int) -> Array:
        """A part's control points."""
        return self.points[self.starts[part] : self.starts[part + 1]]


def place(
    figure: Figure,
    *,
    extent: float,
    x: float,
    bottom: float | None = None,
    y: float = 0.5,
    mirrored: bool = False,
    tilt: float = 0.0,
    squeeze: float = 1.0,
    shear: float = 0.0,
) -> Placed:
    """The figure in the picture: its longer side is `extent`; it stands on `bottom`, or floats around `y`.

    It is turned by `tilt` degrees, seen a little from the side (`squeeze` makes it narrower) and sheared.
    """
    points = np.array([point for part in figure.parts for point in part.points])
    starts = np.cumsum([0, *(len(part.points) for part in figure.parts)])
    turn = math.radians(tilt)
    sign = -1.0 if mirrored else 1.0
    view = np.array([[sign * squeeze, 0.0], [shear, 1.0]])
    points = points @ view @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    low, high = points.min(0), points.max(0)
    unit = extent / float((high - low).max())
    points = (points - (low + high) / 2) * unit
    half = float(high[1] - low[1]) * unit / 2
    centre = (x, y if bottom is None else bottom - half)
    return Placed(figure.parts, points + centre, starts, unit, extent, centre)

"""Where a photo is taken: skies, grounds, walls and what else stands around, all behind the thing and out of focus."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sbirlib.data.raster import BLOB, CURVE, LINE, POLYGON
from sbirlib.data.world.painting import BEFORE, BEHIND, BRICKS, FADING, GRAINED, PATCHED, PLAIN

Colour = tuple[float, float, float]
Point = tuple[float, float]


@dataclass(slots=True)
class Shape:
    """A shape of the surroundings, in picture coordinates."""

    shape: int
    points: list[Point]
    colour: Colour
    other: Colour
    texture: int = PLAIN
    grain: float = 6.0
    width: float = 0.0
    layer: int = BEHIND
    alpha: float = 1.0


@dataclass
class Scene:
    """The shapes behind and before the thing, and where its ground is."""

    random: Random
    horizon: float
    ground: float
    shapes: list[Shape] = field(default_factory=list)

    def add(
        self,
        shape: int,
        points: list[Point],
        colour: Colour,
        other: Colour | None = None,
        *,
        texture: int = PLAIN,
        grain: float = 6.0,
        width: float = 0.0,
        layer: int = BEHIND,
        alpha: float = 1.0,
    ) -> None:
        self.shapes.append(Shape(shape, points, colour, other or colour, texture, grain, width, layer, alpha))

    def band(self, top: float, bottom: float, above: Colour, below: Colour) -> None:
        """A band across the picture that goes from one colour to another."""
        box = [(-0.1, top), (1.1, top), (1.1, bottom + 0.02), (-0.1, bottom + 0.02)]
        self.add(POLYGON, box, above, below, texture=FADING)

    def ground_from(self, near: Colour, far: Colour, texture: int = PATCHED, grain: float = 7.0) -> None:
        self.band(self.horizon, 1.1, far, near)
        r = self.random
        for _ in range(5):  # uneven: lighter and darker flakes
            x, y = r.random(), self.horizon + (1 - self.horizon) * r.random() ** 0.7
            w, h = 0.1 + 0.3 * r.random(), 0.012 + 0.05 * (y - self.horizon)
            tone = 0.82 + 0.36 * r.random()
            self.add(BLOB, ellipse(x, y, w, h), scaled(near, tone), near, texture=texture, grain=grain, alpha=0.55)

    def bumps(self, y: float, height: float, colour: Colour, count: int = 5, sharp: bool = False) -> None:
        """Hills, mountains, a forest's edge: a line of bumps standing on height y."""
        r = self.random
        xs = [-0.1 + 1.2 * k / count for k in range(count + 1)]
        ridge = [(x + 0.06 * (r.random() - 0.5), y - height * (0.25 + 0.75 * r.random())) for x in xs]
        points = [(-0.2, y + 0.03), (-0.2, ridge[0][1]), *ridge, (1.2, ridge[-1][1]), (1.2, y + 0.03)]
        self.add(POLYGON if sharp else BLOB, points, colour, scaled(colour, 0.8), texture=PATCHED, grain=9)

    def cloud(self) -> None:
        r = self.random
        x, y, s = r.random(), self.horizon * 0.75 * r.random(), 0.06 + 0.1 * r.random()
        white = (0.96, 0.96, 0.97)
        for _ in range(3):
            dx, dy = s * 1.6 * (r.random() - 0.5), s * 0.4 * (r.random() - 0.5)
            self.add(BLOB, ellipse(x + dx, y + dy, s, s * 0.5), white, alpha=0.75)

    def bush(self, x: float, y: float, s: float, colour: Colour) -> None:
        r = self.random
        points = []
        for k in range(9):
            a, out = 2 * math.pi * k / 9, 0.75 + 0.5 * r.random()
            points.append((x + math.cos(a) * s * out, y - s * 0.5 + math.sin(a) * s * 0.8 * out))
        self.add(BLOB, points, colour, scaled(colour, 0.7), texture=PATCHED, grain=16)

    def trunk(self, x: float, y: float, s: float) -> None:
        r = self.random
        brown = scaled((0.42, 0.3, 0.2), 0.7 + 0.6 * r.random())
        self.add(LINE, [(x, y), (x + 0.02 * (r.random() - 0.5), y - s)], brown, width=0.02 + 0.06 * s)
        self.bush(x, y - s * 0.8, s * 0.5, scaled((0.25, 0.48, 0.22), 0.7 + 0.6 * r.random()))

    def crate(self, x: float, y: float, s: float, colour: Colour) -> None:
        r = self.random
        w, h = s * (0.5 + 0.7 * r.random()), s * (0.5 + 0.9 * r.random())
        box = [(x, y - h), (x + w, y - h), (x + w, y), (x, y)]
        self.add(POLYGON, box, colour, scaled(colour, 0.72), texture=r.choice([PLAIN, GRAINED, BRICKS]), grain=12)
        side = 0.25 * w * (1 if r.random() < 0.5 else -1)
        edge = x + w if side > 0 else x
        self.add(
            POLYGON,
            [(edge, y - h), (edge + side, y - h * 0.9), (edge + side, y - h * 0.08), (edge, y)],
            scaled(colour, 0.6),
        )

    def ball(self, x: float, y: float, s: float, colour: Colour) -> None:
        self.add(BLOB, ellipse(x, y - s * 0.5, s * 0.5, s * 0.5), colour)
        self.add(BLOB, ellipse(x - s * 0.14, y - s * 0.64, s * 0.2, s * 0.18), blend(colour, (1, 1, 1), 0.4), alpha=0.7)

    def post(self, x: float, y: float, s: float, colour: Colour) -> None:
        self.add(LINE, [(x, y), (x, y - s)], colour, width=0.015 + 0.02 * self.random.random())
        if self.random.random() < 0.5:
            self.add(LINE, [(x - 0.3 * s, y - 0.8 * s), (x + 0.3 * s, y - 0.78 * s)], colour, width=0.02)

    def distract(self, clutter: float) -> None:
        """Things that stand around, half out of the picture as often as not."""
        r = self.random
        for _ in range(int(clutter * 5 * r.random() + 0.5)):
            x, y = -0.05 + 1.1 * r.random(), self.horizon + 0.02 + (1 - self.horizon) * 0.55 * r.random()
            s = (0.08 + 0.2 * r.random()) * (0.7 + 0.6 * (y - self.horizon))
            colour = any_colour(r)
            match int(r.random() * 5):
                case 0:
                    self.bush(x, y, s * 0.7, blend(colour, (0.3, 0.5, 0.25), 0.6))
                case 1:
                    self.trunk(x, y, s * 1.9)
                case 2:
                    self.crate(x, y, s, colour)
                case 3:
                    self.ball(x, y, s * 0.8, colour)
                case _:
                    self.post(x, y, s * 1.6, scaled(colour, 0.7))

    def frame(self, clutter: float) -> None:
        """Now and then something out of focus before the thing: blades, a twig, an edge."""
        r = self.random
        if r.random() < 0.35 * clutter:
            colour = blend(any_colour(r), (0.25, 0.42, 0.18), 0.7)
            x0 = r.random()
            for _ in range(4 + int(5 * r.random())):
                x = x0 + 0.35 * (r.random() - 0.5)
                top = 1 - 0.05 - 0.13 * r.random()
                lean = 0.06 * (r.random() - 0.5)
                self.add(
                    CURVE,
                    [(x, 1.05), (x + lean * 0.4, (1 + top) / 2), (x + lean, top)],
                    colour,
                    width=0.012,
                    layer=BEFORE,
                    alpha=0.85,
                )
        if r.random() < 0.12 * clutter:
            side = 0.0 if r.random() < 0.5 else 1.0
            self.add(
                BLOB,
                ellipse(side, r.random(), 0.07 + 0.06 * r.random(), 0.25),
                scaled(any_colour(r), 0.6),
                layer=BEFORE,
                alpha=0.8,
            )


def meadow(s: Scene) -> None:
    sky(s)
    if s.random.random() < 0.6:
        s.bumps(s.horizon, 0.08, (0.38, 0.52, 0.4))
    green = jitter(s.random, (0.36, 0.56, 0.24), 0.08)
    s.ground_from(green, blend(green, (0.62, 0.7, 0.5), 0.5))


def desert(s: Scene) -> None:
    sky(s)
    sand = jitter(s.random, (0.84, 0.7, 0.46), 0.06)
    s.bumps(s.horizon, 0.12, scaled(sand, 0.86), 3)
    s.ground_from(sand, blend(sand, (0.95, 0.85, 0.7), 0.5))


def snow(s: Scene) -> None:
    sky(s, grey=0.5)
    if s.random.random() < 0.6:
        s.bumps(s.horizon, 0.2, (0.6, 0.66, 0.76), 6, sharp=True)
    s.ground_from((0.92, 0.94, 0.97), (0.84, 0.88, 0.94))


def sea(s: Scene) -> None:
    sky(s)
    water = jitter(s.random, (0.16, 0.42, 0.6), 0.08)
    s.ground_from(scaled(water, 0.85), blend(water, (0.6, 0.78, 0.85), 0.4))
    for _ in range(7):
        x, y = s.random.random(), s.horizon + (1 - s.horizon) * s.random.random()
        s.add(
            BLOB,
            ellipse(x, y, 0.05 + 0.1 * s.random.random(), 0.004 + 0.006 * s.random.random()),
            (0.8, 0.9, 0.94),
            alpha=0.5,
        )


def underwater(s: Scene) -> None:
    water = jitter(s.random, (0.1, 0.4, 0.55), 0.07)
    s.horizon = min(s.horizon + 0.25, 0.92)
    s.band(0, s.horizon + 0.05, blend(water, (0.5, 0.85, 0.9), 0.6), scaled(water, 0.7))
    s.ground_from((0.55, 0.52, 0.4), scaled(water, 0.8))
    for _ in range(int(6 * s.random.random())):
        s.add(BLOB, ellipse(s.random.random(), s.random.random(), 0.012, 0.012), (0.8, 0.95, 1.0), alpha=0.5)
    for _ in range(int(4 * s.random.random())):
        x = s.random.random()
        s.add(CURVE, [(x, 1.0), (x + 0.03, 0.85), (x - 0.02, 0.72), (x + 0.02, 0.6)], (0.12, 0.42, 0.24), width=0.025)


def street(s: Scene) -> None:
    sky(s, grey=0.35)
    r = s.random
    x = -0.1
    while x < 1.1:
        w, h = 0.14 + 0.2 * r.random(), 0.2 + 0.45 * r.random()
        wall = blend(any_colour(r), (0.66, 0.6, 0.56), 0.7)
        top = s.horizon - h
        box = [(x, top), (x + w, top), (x + w, s.horizon + 0.02), (x, s.horizon + 0.02)]
        s.add(POLYGON, box, wall, scaled(wall, 0.75), texture=BRICKS if r.random() < 0.4 else PLAIN, grain=14)
        for i in range(int(3 * r.random()) + 1):
            y = top + 0.05 + 0.12 * i
            if y < s.horizon - 0.08:
                s.add(
                    POLYGON,
                    [(x + 0.03, y), (x + w - 0.03, y), (x + w - 0.03, y + 0.05), (x + 0.03, y + 0.05)],
                    (0.35, 0.42, 0.5),
                )
        x += w
    s.ground_from((0.42, 0.42, 0.44), (0.56, 0.55, 0.55), texture=GRAINED)


def forest(s: Scene) -> None:
    r = s.random
    s.band(0, s.horizon + 0.02, (0.4, 0.55, 0.42), (0.22, 0.36, 0.24))
    for _ in range(7):
        x = r.random()
        brown = scaled((0.34, 0.25, 0.18), 0.6 + 0.8 * r.random())
        end = (x + 0.03 * (r.random() - 0.5), s.horizon + 0.05)
        s.add(LINE, [(x, -0.05), end], brown, width=0.025 + 0.05 * r.random())
    for _ in range(5):
        s.bush(r.random(), s.horizon + 0.04, 0.1 + 0.12 * r.random(), jitter(r, (0.22, 0.4, 0.2), 0.08))
    green = jitter(r, (0.33, 0.4, 0.2), 0.07)
    s.ground_from(green, scaled(green, 0.8))


def room(s: Scene) -> None:
    r = s.random
    wall = blend(any_colour(r), (0.82, 0.8, 0.75), 0.65)
    s.band(0, s.horizon + 0.02, scaled(wall, 1.04), scaled(wall, 0.9))
    if r.random() < 0.5:  # a picture or a window
        x, y, w, h = 0.1 + 0.6 * r.random(), 0.05 + 0.2 * r.random(), 0.15 + 0.15 * r.random(), 0.12 + 0.16 * r.random()
        s.add(POLYGON, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)], (0.35, 0.27, 0.2))
        inner = [(x + 0.02, y + 0.02), (x + w - 0.02, y + 0.02), (x + w - 0.02, y + h - 0.02), (x + 0.02, y + h - 0.02)]
        s.add(POLYGON, inner, any_colour(r), (0.8, 0.86, 0.9), texture=PATCHED, grain=8)
    s.add(
        POLYGON,
        [(-0.1, s.horizon - 0.015), (1.1, s.horizon - 0.015), (1.1, s.horizon + 0.02), (-0.1, s.horizon + 0.02)],
        scaled(wall, 0.7),
    )
    floor = jitter(r, (0.58, 0.43, 0.3), 0.12)
    s.ground_from(floor, blend(floor, wall, 0.25), texture=GRAINED, grain=9)


def table(s: Scene) -> None:
    r = s.random
    wall = blend(any_colour(r), (0.7, 0.7, 0.72), 0.6)
    s.band(0, s.horizon + 0.02, scaled(wall, 0.95), scaled(wall, 0.75))
    for _ in range(4):
        s.add(
            BLOB,
            ellipse(r.random(), s.horizon * r.random(), 0.1 + 0.15 * r.random(), 0.1 + 0.15 * r.random()),
            scaled(any_colour(r), 0.9),
            alpha=0.4,
        )
    wood = blend(any_colour(r), (0.66, 0.5, 0.34), 0.7)
    s.ground_from(wood, scaled(wood, 0.86), texture=GRAINED, grain=5)


def heaven(s: Scene) -> None:
    """Sky all over, land far below."""
    s.horizon = 0.88 + 0.3 * s.random.random()
    sky(s)
    for _ in range(3):
        s.cloud()
    if s.horizon < 1:
        s.bumps(s.horizon, 0.06, (0.4, 0.5, 0.42))
        s.ground_from((0.38, 0.5, 0.3), (0.5, 0.6, 0.5))


SCENES: dict[str, tuple[str, Callable[[Scene], None]]] = {
    "meadow": ("on grass", meadow),
    "desert": ("on sand", desert),
    "snow": ("in the snow", snow),
    "sea": ("by the sea", sea),
    "underwater": ("under water", underwater),
    "street": ("in a street", street),
    "forest": ("in a forest", forest),
    "room": ("in a room", room),
    "table": ("on a table", table),
    "sky": ("in the sky", heaven),
}


def surroundings(name: str, random: Random, ground: float, clutter: float) -> Scene:
    """A scene by name, with its distractors; `ground` is the height on which the thing stands."""
    scene = Scene(random, horizon=min(max(ground - 0.06 - 0.3 * random.random(), 0.3), 0.9), ground=ground)
    SCENES[name][1](scene)
    if name not in ("sky", "underwater"):
        scene.distract(clutter)
    scene.frame(clutter)
    return scene


def sky(s: Scene, grey: float = 0.0) -> None:
    r = s.random
    high = jitter(r, blend((0.36, 0.58, 0.86), (0.7, 0.72, 0.76), max(grey, 0.6 * r.random())), 0.05)
    low = jitter(r, blend((0.78, 0.87, 0.95), (0.95, 0.82, 0.68), 0.7 * r.random() ** 2), 0.03)
    s.band(0, s.horizon + 0.02, high, low)
    for _ in range(int(3 * r.random())):
        s.cloud()


def ellipse(x: float, y: float, rx: float, ry: float) -> list[Point]:
    return [(x + rx * math.cos(math.pi * k / 4), y + ry * math.sin(math.pi * k / 4)) for k in range(8)]


def blend(a: Colour, b: Colour, t: float) -> Colour:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t


def scaled(a: Colour, t: float) -> Colour:
    return min(a[0] * t, 1.0), min(a[1] * t, 1.0), min(a[2] * t, 1.0)


def jitter(r: Random, a: Colour, by: float) -> Colour:
    u = by * (2 * r.random() - 1)
    return a[0] + u + by * (r.random() - 0.5), a[1] + u + by * (r.random() - 0.5), a[2] + u + by * (r.random() - 0.5)


def any_colour(r: Random) -> Colour:
    return 0.15 + 0.75 * r.random(), 0.15 + 0.75 * r.random(), 0.15 + 0.75 * r.random()

"""A sketch of a figure: what is in sight, as strokes of a hand that wobbles, leaves out and overdoes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from sbirlib.data.compiled import njit
from sbirlib.data.raster import POLYGON, Array, inside, mix, outline
from sbirlib.data.world.figure import Placed

STEP = 0.018  # how far apart a stroke's points are, in pictures


@dataclass(frozen=True)
class Strokes:
    """A drawing as a sequence of strokes: ways (points, 2) in pictures, and which part each of them belongs to."""

    ways: list[Array]
    parts: list[str]
    pen: str


@njit
def in_sight(
    points: Array, starts: Array, shapes: Array, joins: Array, kept: Array, step: float
) -> tuple[Array, Array, Array]:
    """What of the parts' outlines is not behind a later part, nor inside a part it has grown together with.

    Gives points (n, 2), where each run of them starts (runs + 1,), and the part each run belongs to.
    """
    count = len(starts) - 1
    lines = [outline(points[starts[s] : starts[s + 1]], shapes[s]) for s in range(count)]
    boxes = np.empty((count, 4))
    for s in range(count):
        line = lines[s]
        boxes[s, 0], boxes[s, 1] = line[:, 0].min(), line[:, 0].max()
        boxes[s, 2], boxes[s, 3] = line[:, 1].min(), line[:, 1].max()
    found = np.empty((65536, 2))
    run_starts = np.zeros(4096, dtype=np.int64)
    owners = np.zeros(4096, dtype=np.int64)
    n = runs = 0
    for s in range(count):
        if not kept[s]:
            continue
        line, closed = lines[s], shapes[s] <= POLYGON
        edges = len(line) if closed else len(line) - 1
        # points a step apart along it
        dense = np.empty((4096, 2))
        m = 0
        for i in range(edges):
            j = (i + 1) % len(line)
            dx, dy = line[j, 0] - line[i, 0], line[j, 1] - line[i, 1]
            pieces = max(1, int(math.sqrt(dx * dx + dy * dy) / step))
            for k in range(pieces):
                if m < 4095:
                    dense[m, 0], dense[m, 1] = line[i, 0] + dx * k / pieces, line[i, 1] + dy * k / pieces
                    m += 1
        last = 0 if closed else len(line) - 1
        dense[m, 0], dense[m, 1] = line[last, 0], line[last, 1]
        m += 1
        hidden = np.zeros(m, dtype=np.bool_)
        for k in range(m):
            x, y = dense[k, 0], dense[k, 1]
            for o in range(count):
                grown = joins[o] > 0 and joins[o] == joins[s]
                if o == s or not kept[o] or shapes[o] > POLYGON or not (o > s or grown):
                    continue
                if x < boxes[o, 0] or x > boxes[o, 1] or y < boxes[o, 2] or y > boxes[o, 3]:
                    continue
                if inside(lines[o], x, y):
                    hidden[k] = True
                    break
        first = 0
        if closed:  # begin after a hidden stretch, so that no run is cut in two
            for k in range(m):
                if hidden[k]:
                    first = k
                    break
        drawing = False
        steps = m if not closed or not hidden[first] else m - 1
        for k in range(steps):
            at = (first + k) % (m - 1) if closed and k < m - 1 else min(first + k, m - 1)
            if closed and k == m - 1:
                at = first
            if hidden[at]:
                drawing = False
                continue
            if not drawing:
                if runs >= 4094:
                    break
                run_starts[runs] = n
                owners[runs] = s
                runs += 1
                drawing = True
            if n < 65535:
                found[n, 0], found[n, 1] = dense[at, 0], dense[at, 1]
                n += 1
    run_starts[runs] = n
    return found[:n].copy(), run_starts[: runs + 1].copy(), owners[:runs].copy()


@njit
def simpler(points: Array, starts: Array, reach: int) -> Array:
    """The same ways with their corners and bumps smoothed away: each point the mean of `reach` neighbours each side."""
    out = points.copy()
    for s in range(len(starts) - 1):
        a, b = starts[s], starts[s + 1]
        for k in range(a, b):
            near = min(reach, k - a, b - 1 - k)  # ends stay where they are
            out[k, 0] = points[k - near : k + near + 1, 0].mean()
            out[k, 1] = points[k - near : k + near + 1, 1].mean()
    return out


@njit
def by_hand(points: Array, starts: Array, wobble: float, drift: float, seed: int) -> Array:
    """The same ways as a hand draws them: each stroke a little off, and unsteady along its way."""
    out = points.copy()
    chance = np.empty(16)
    for s in range(len(starts) - 1):
        a, b = starts[s], starts[s + 1]
        if b - a < 2:
            continue
        for k in range(16):
            chance[k] = mix(seed, s, k)
        # from -1 to 1, the middle likelier
        ox, oy = drift * 1.4 * (chance[0] + chance[1] - 1) * 1.5, drift * 1.4 * (chance[2] + chance[3] - 1) * 1.5
        turn, grow = drift * 4 * (chance[4] + chance[5] - 1), 1 + drift * 5 * (chance[6] + chance[7] - 1)
        mx, my = points[a:b, 0].mean(), points[a:b, 1].mean()
        way = 0.0
        for k in range(a, b):
            if k > a:
                way += math.sqrt((points[k, 0] - points[k - 1, 0]) ** 2 + (points[k, 1] - points[k - 1, 1]) ** 2)
            ux, uy = points[k, 0] - mx, points[k, 1] - my
            x, y = mx + grow * (ux - turn * uy) + ox, my + grow * (uy + turn * ux) + oy
            for w in range(4):
                often = (2.0 + 9.0 * w) * (0.7 + 0.6 * chance[8 + w])
                much = wobble / (1 + 0.9 * w)
                x += much * math.sin(6.2832 * (way * often + chance[12 + w]))
                y += much * math.sin(6.2832 * (way * often * 1.13 + chance[w]))
            out[k, 0], out[k, 1] = x, y
    return out


def draw(placed: Placed, *, level: float, pen: str, pattern: str, random: Random) -> Strokes:
    """The strokes that stand for parts already placed in the picture.

    `level` is the abstraction, from 0 (a careful study) to 1 (a few unsteady strokes).
    """
    r, parts, scale = random, placed.parts, placed.extent
    # details go first; the crudest hands leave out anything but what is large
    sizes = [float(np.prod(np.ptp(placed.of(k), axis=0))) for k in range(len(parts))]
    crude = 0.6 * max(level - 0.6, 0.0)
    kept = np.array([
        r.random() >= max(part.detail * (0.15 + 1.5 * level), crude if size < 0.15 * max(sizes) else 0.0)
        for part, size in zip(parts, sizes, strict=True)
    ])  # fmt: skip
    joins = {"": 0}
    overlap = r.random() < 0.25 * level + 0.05  # some draw one part over the other
    shapes = np.array([part.shape for part in parts])
    grown = np.array([0 if overlap else joins.setdefault(part.join, len(joins)) for part in parts])
    found, runs, owners = in_sight(placed.points, placed.starts, shapes, grown, kept, STEP)
    found = simpler(found, runs, int(5.5 * level**2 * (0.5 + r.random())))
    wobble = (0.0012 + 0.011 * level**1.5) * (0.6 + 0.8 * r.random()) * scale
    drift = (0.002 + 0.022 * level**1.5) * (0.5 + r.random()) * scale
    moved = by_hand(found, runs, wobble, drift, int(r.random() * 2**31))
    ways, names = [], []
    shortest = (0.02 + 0.045 * level) * scale
    long = lengths(moved, runs)
    for k, owner in enumerate(owners.tolist()):
        way = moved[runs[k] : runs[k + 1]]
        # specks of what is essential stay, but for the crudest hands
        careless = (0.4 + 0.6 * level) * (1.0 if parts[owner].detail > 0 else 0.6 * level)
        if len(way) < 2 or (long[k] < shortest and r.random() < careless):
            continue
        if level > 0.35 and len(way) > 6 and r.random() < 0.7 * level:  # a gap where it should close
            way = way[: max(3, int(len(way) * (1 - 0.12 * r.random())))]
        ways.append(way)
        names.append(parts[owner].name)
    if pattern != "plain" and r.random() < 0.75 * (1 - level) + 0.05:
        marks = hatch(placed, kept, pattern, level, r)
        ways += marks
        names += ["pattern"] * len(marks)
    if r.random() < 0.22 * (1 - level):  # a hand that goes over its lines again
        again = by_hand(
            np.concatenate(ways),
            np.cumsum([0, *map(len, ways)]),
            wobble * 1.3,
            drift * 0.8,
            int(r.random() * 2**31),
        )
        cuts = np.cumsum([len(way) for way in ways])[:-1]
        for way, name in zip(np.split(again, cuts), list(names), strict=True):
            if r.random() < 0.6:
                ways.append(way)
                names.append(name)
    return Strokes(ways, names, pen)


def hatch(placed: Placed, kept: Array, pattern: str, level: float, r: Random) -> list[Array]:
    """Stripes as lines, spots as rings, on the largest part in the main colour."""
    lines = [outline(placed.of(k), part.shape) for k, part in enumerate(placed.parts)]
    bodies = [k for k, part in enumerate(placed.parts) if part.slot == "main" and part.shape <= POLYGON and kept[k]]
    if not bodies:
        return []
    body = max(bodies, key=lambda k: float(np.prod(np.ptp(lines[k], axis=0))))
    line = lines[body]
    over = [lines[k] for k in range(body + 1, len(lines)) if kept[k] and placed.parts[k].shape <= POLYGON]
    (left, top), (right, bottom) = line.min(0), line.max(0)
    scale = placed.extent
    marks = []
    for _ in range(int(6 + 8 * (1 - level))):
        x, y = left + (right - left) * r.random(), top + (bottom - top) * r.random()
        if not inside(line, x, y) or any(inside(other, x, y) for other in over):
            continue
        s = scale * (0.02 + 0.03 * r.random())
        match pattern:
            case "striped" | "grainy":
                ends = [
                    (x + 0.4 * s * (r.random() - 0.5), y - 1.6 * s),
                    (x, y),
                    (x + 0.4 * s * (r.random() - 0.5), y + 1.6 * s),
                ]
                mark = [end for end in ends if inside(line, *end)]
            case "checked" | "brick":
                mark = [(x - s, y), (x + s, y), (x + s, y + s)]
            case _:
                turn = 6.2832 * r.random()
                mark = [
                    (x + 0.6 * s * math.cos(turn + k), y + 0.6 * s * math.sin(turn + k))
                    for k in (0, 1.2, 2.4, 3.6, 4.8, 6.2)
                ]
        if len(mark) > 1:
            marks.append(np.array(mark))
    return marks


@njit
def lengths(points: Array, starts: Array) -> Array:
    """How long each way is."""
    out = np.zeros(len(starts) - 1)
    for s in range(len(starts) - 1):
        for k in range(starts[s] + 1, starts[s + 1]):
            dx, dy = points[k, 0] - points[k - 1, 0], points[k, 1] - points[k - 1, 1]
            out[s] += math.sqrt(dx * dx + dy * dy)
    return out

"""Pens: how strokes become ink on paper, whoever drew them: the drawn world, a file, somebody at the pad."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sbirlib.data.compiled import njit
from sbirlib.data.raster import Array, cover_open, noise


@dataclass(frozen=True)
class Pen:
    """What is drawn with."""

    width: float
    """Of a stroke, in pictures."""
    opacity: float
    colour: tuple[float, float, float]
    rough: float
    """How much of the paper's tooth shows."""
    pressure: float
    """How much the width changes along a stroke."""


PENS = {
    "fineliner": Pen(0.010, 1.0, (0.05, 0.05, 0.06), 0.0, 0.05),
    "ballpoint": Pen(0.009, 0.85, (0.1, 0.12, 0.35), 0.1, 0.3),
    "pencil": Pen(0.014, 0.75, (0.2, 0.2, 0.22), 0.55, 0.4),
    "charcoal": Pen(0.028, 0.8, (0.12, 0.11, 0.11), 0.7, 0.5),
    "marker": Pen(0.030, 1.0, (0.04, 0.04, 0.05), 0.0, 0.05),
    "brush": Pen(0.026, 1.0, (0.06, 0.06, 0.07), 0.1, 0.9),
    "mouse": Pen(0.013, 1.0, (0.0, 0.0, 0.0), 0.0, 0.0),
}


@njit
def nib(starts: Array, width: float, pressure: float, phase: float) -> Array:
    """How wide the pen draws at each point: it presses down, swells and lifts off."""
    out = np.full(starts[-1], width)
    if pressure > 0:
        for s in range(len(starts) - 1):
            last = max(starts[s + 1] - starts[s] - 1, 1)
            for k in range(starts[s], starts[s + 1]):
                t = (k - starts[s]) / last
                swell = math.sin(math.pi * (t * 0.94 + 0.03)) ** 0.6
                out[k] *= 1 - pressure * 0.75 * (1 - swell) + 0.12 * pressure * math.sin(7 * t + phase)
    return out


@njit
def ink(
    points: Array,
    starts: Array,
    widths: Array,
    size: int,
    colour: Array,
    opacity: float,
    rough: float,
    seed: int,
    ids: Array,
) -> Array:
    """A sketch (size, size, 3): strokes through `points` (n, 2), as wide as `widths` (n,) says, on white paper.

    `rough` is the paper's tooth: how much of it a dry pen skips. `ids` (size, size) receives the last stroke's number.
    """
    paper = np.ones((size, size))
    for s in range(len(starts) - 1):
        line = points[starts[s] : starts[s + 1]] * size
        half = 0.5 * widths[starts[s] : starts[s + 1]] * size
        if len(line) == 0:
            continue
        reach = half.max() + 2
        left, right = max(0, int(line[:, 0].min() - reach)), min(size, int(line[:, 0].max() + reach) + 1)
        top, bottom = max(0, int(line[:, 1].min() - reach)), min(size, int(line[:, 1].max() + reach) + 1)
        if right <= left or bottom <= top:
            continue
        cover = np.zeros((bottom - top, right - left))
        cover_open(line, half, left, top, cover)
        for row in range(bottom - top):
            for column in range(right - left):
                if cover[row, column] > 0:
                    a = cover[row, column] * opacity
                    if rough > 0:
                        x, y = (left + column + 0.5) / size, (top + row + 0.5) / size
                        tooth = 0.5 * noise(seed, 150 * x, 150 * y) + 0.5 * noise(seed + 1, 60 * x, 60 * y)
                        a *= 1 - rough * min(max(3.2 * (tooth - 0.42), 0.0), 1.0)
                    paper[top + row, left + column] *= 1 - a
                    if cover[row, column] > 0.1:
                        ids[top + row, left + column] = s
    out = np.empty((size, size, 3), dtype=np.uint8)
    for row in range(size):
        for column in range(size):
            for channel in range(3):
                value = paper[row, column] + (1 - paper[row, column]) * colour[channel]
                out[row, column, channel] = np.uint8(value * 255 + 0.5)
    return out


def inked(strokes: Sequence[Array], size: int, pen: Pen, seed: int = 0, ids: Array | None = None) -> Array:
    """Strokes, given in pictures, as pixels (size, size, 3) on white; `ids` (size, size) receives the last stroke's
    number at each pixel, or -1."""
    seen = np.full((size, size), -1, dtype=np.int64) if ids is None else ids
    seen[:] = -1
    ways = [np.asarray(way, dtype=np.float64) for way in strokes if len(way)]
    if not ways:
        return np.full((size, size, 3), 255, dtype=np.uint8)
    starts = np.cumsum([0, *map(len, ways)])
    widths = nib(starts, pen.width, pen.pressure, float(seed % 7))
    return ink(np.concatenate(ways), starts, widths, size, np.array(pen.colour), pen.opacity, pen.rough, seed, seen)

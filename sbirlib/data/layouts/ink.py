"""The pen's ways: out of a line of Quick, Draw!'s files, and onto paper."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Stroke = NDArray[np.float64]

EDGE = 0.05
"""What stays free on each side of the longer side of a drawing."""
PEN = 1 / 64
"""The pen's width, as a share of the paper's side."""
FINER = 4


def parse(line: bytes) -> list[Stroke]:
    """The strokes of a drawing, `{"drawing": [[xs, ys], ...]}` in any unit, in the middle of a square from 0 to 1.

    >>> [stroke.round(2).tolist() for stroke in parse(b'{"drawing": [[[0, 100], [0, 100]], [[50], [0]]]}')]
    [[[0.05, 0.05], [0.95, 0.95]], [[0.5, 0.05]]]
    """
    strokes = [np.array(way[:2], dtype=np.float64).T for way in json.loads(line)["drawing"]]
    if not strokes or not all(len(stroke) and np.isfinite(stroke).all() for stroke in strokes):
        raise ValueError("a drawing has strokes of one point or more")
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (1 - 2 * EDGE) / max(float((high - low).max()), 1e-9)
    return [(stroke - (low + high) / 2) * scale + 0.5 for stroke in strokes]


def ink(strokes: Sequence[Stroke], size: int) -> NDArray[np.uint8]:
    """Strokes (from 0 to 1) as a (size, size) picture: a round black pen on white paper."""
    side = FINER * size
    paper = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(paper)
    width = max(1, round(PEN * side))
    for stroke in strokes:
        way = [(float(x), float(y)) for x, y in stroke * side]
        if len(way) > 1:
            draw.line(way, fill=0, width=width, joint="curve")
        for x, y in way if len(way) == 1 else (way[0], way[-1]):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2 - 1, y + width / 2 - 1), fill=0)
    return np.asarray(paper.resize((size, size), Image.Resampling.BOX))

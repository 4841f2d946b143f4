"""The pen's ways out of a line of Quick, Draw!'s files."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sbirlib.data.pens import Pen

Stroke = NDArray[np.float64]

EDGE = 0.05
"""What stays free on each side of the longer side of a drawing."""
PEN = Pen(1 / 64, 1.0, (0.0, 0.0, 0.0), 0.0, 0.0)
"""A round black one, a 64th of the paper wide."""


def parse(line: bytes) -> list[Stroke]:
    """The strokes of a drawing, `{"drawing": [[xs, ys], ...]}` in any unit, in the middle of a square from 0 to 1.

    >>> [stroke.round(2).tolist() for stroke in parse(b'{"drawing": [[[0, 100], [0, 100]], [[50], [0]]]}')]
    [[[0.05, 0.05], [0.95, 0.95]], [[0.5, 0.05]]]
    """
    strokes = [np.array(way[:2], dtype=np.float64).T for way in json.loads(line)["drawing"]]
    if not strokes or not all(len(stroke) and np.isfinite(stroke).all() for stroke in strokes):
        raise ValueError("a drawing has strokes of one point or more")
    return centred(strokes, EDGE)


def centred(strokes: Sequence[Stroke], edge: float) -> list[Stroke]:
    """Strokes in the middle of a square from 0 to 1; `edge` stays free on each side of their longer side."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (1 - 2 * edge) / max(float((high - low).max()), 1e-9)
    return [(stroke - (low + high) / 2) * scale + 0.5 for stroke in strokes]

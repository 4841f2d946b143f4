"""From vectors to pixels, compiled by Numba: the exact share of each pixel that a shape covers, at any resolution.

Numba is in the environment already (UMAP brings it), needs no system library, and one compiled pass over a picture
is what makes thousands of them a second: Pillow at four times the size manages about 1,300 flat pictures a second
at 64 px, without shadows, blur, texture or light.

Here stand the pieces: outlines through control points, coverage of closed shapes and of lines, blur, noise. What is
made of them stands elsewhere: photos in `world/painting.py`, ink in `pens.py`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sbirlib.data.compiled import njit

Array = NDArray[Any]

# kinds of shape: closed with round or sharp corners, open likewise (drawn with a width)
BLOB, POLYGON, CURVE, LINE = range(4)
SMOOTH = 5  # points that replace one control point of a round shape


@njit
def mix(seed: int, x: int, y: int) -> float:
    """A number from 0 to 1 that hangs on three whole numbers: noise without a generator."""
    h = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(x & 0xFFFFFFFF) * np.uint64(0xC2B2AE3D27D4EB4F)
    h ^= np.uint64(y & 0xFFFFFFFF) * np.uint64(0x165667B19E3779F9)
    h ^= h >> np.uint64(29)
    h *= np.uint64(0xBF58476D1CE4E5B9)
    h ^= h >> np.uint64(32)
    h *= np.uint64(0x94D049BB133111EB)
    h ^= h >> np.uint64(29)
    return float(h >> np.uint64(11)) / 9007199254740992.0


@njit
def noise(seed: int, x: float, y: float) -> float:
    """Smooth noise from 0 to 1, one bump a unit."""
    i, j = math.floor(x), math.floor(y)
    u, v = x - i, y - j
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    a, b = mix(seed, int(i), int(j)), mix(seed, int(i) + 1, int(j))
    c, d = mix(seed, int(i), int(j) + 1), mix(seed, int(i) + 1, int(j) + 1)
    return (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v


@njit
def rounded(points: Array, closed: bool) -> Array:
    """Control points as a smooth line through all of them (Catmull and Rom's spline)."""
    n = len(points)
    if n < 3:
        return points
    pieces = n if closed else n - 1
    out = np.empty((pieces * SMOOTH + (0 if closed else 1), 2))
    for i in range(pieces):
        if closed:
            a, b, c, d = points[(i - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]
        else:
            a, b, c, d = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, n - 1)]
        for k in range(SMOOTH):
            t = k / SMOOTH
            for axis in range(2):
                p, q, r, s = a[axis], b[axis], c[axis], d[axis]
                out[i * SMOOTH + k, axis] = 0.5 * (
                    2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t * t * t
                )
    if not closed:
        out[-1] = points[-1]
    return out


@njit
def outline(points: Array, shape: int) -> Array:
    """The line that a shape's control points stand for."""
    if shape == BLOB:
        return rounded(points, True)
    if shape == CURVE:
        return rounded(points, False)
    return points


@njit
def cover_closed(line: Array, left: int, top: int, cover: Array) -> None:
    """Into `cover` (h, w), the share of each pixel inside the closed line, whose points are in pixels.

    Each edge adds its signed area to the pixels it crosses; a running sum along each row fills the inside.
    """
    height, width = cover.shape
    for i in range(len(line)):
        x0, y0 = line[i, 0] - left, line[i, 1] - top
        x1, y1 = line[(i + 1) % len(line), 0] - left, line[(i + 1) % len(line), 1] - top
        if y0 == y1:
            continue
        sign = 1.0
        if y0 > y1:
            sign = -1.0
            x0, y0, x1, y1 = x1, y1, x0, y0
        slope = (x1 - x0) / (y1 - y0)
        if y1 <= 0 or y0 >= height:
            continue
        if y0 < 0:
            x0 -= slope * y0
            y0 = 0.0
        x = x0
        for row in range(int(y0), min(height, math.ceil(y1))):
            dy = min(row + 1.0, y1) - max(float(row), y0)
            if dy <= 0:
                continue
            x_next = x + slope * dy
            d = dy * sign
            a, b = (x, x_next) if x < x_next else (x_next, x)
            x = x_next
            if b <= 0:
                cover[row, 0] += d
                continue
            if a >= width:
                continue
            a, b = max(a, 0.0), min(b, float(width))
            first, last = int(a), math.ceil(b)
            if last <= first + 1:
                middle = 0.5 * (a + b) - first
                cover[row, first] += d * (1 - middle)
                if first + 1 < width:
                    cover[row, first + 1] += d * middle
            else:
                s = 1.0 / (b - a)
                part = 0.5 * s * (first + 1 - a) ** 2
                cover[row, first] += d * part
                before = part
                for column in range(first + 1, last - 1):
                    reach = s * (column + 0.5 - a)
                    cover[row, column] += d * (reach - before)
                    before = reach
                if last - 1 < width:
                    reach = 1 - 0.5 * s * (b - last + 1) ** 2
                    cover[row, last - 1] += d * (reach - before)
                    before = reach
                if last < width:
                    cover[row, last] += d * (1 - before)
    for row in range(height):
        total = 0.0
        for column in range(width):
            total += cover[row, column]
            cover[row, column] = min(abs(total), 1.0)


@njit
def cover_open(line: Array, half: Array, left: int, top: int, cover: Array) -> None:
    """Into `cover`, a line drawn with a round nib of radius `half` (one a point), in pixels."""
    height, width = cover.shape
    for i in range(max(len(line) - 1, 1)):
        j = min(i + 1, len(line) - 1)
        x0, y0, x1, y1 = line[i, 0] - left, line[i, 1] - top, line[j, 0] - left, line[j, 1] - top
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        wide = max(half[i], half[j]) + 1
        for row in range(max(0, int(min(y0, y1) - wide)), min(height, int(max(y0, y1) + wide) + 1)):
            for column in range(max(0, int(min(x0, x1) - wide)), min(width, int(max(x0, x1) + wide) + 1)):
                px, py = column + 0.5 - x0, row + 0.5 - y0
                t = 0.0 if length == 0 else min(max((px * dx + py * dy) / length, 0.0), 1.0)
                nib = half[i] + t * (half[j] - half[i])
                away = math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2)
                # a line thinner than a pixel is fainter, not wider
                here = min(max(nib + 0.5 - away, 0.0), 1.0) * min(1.0, 2 * nib)
                if here > cover[row, column]:
                    cover[row, column] = here


@njit
def blur(image: Array, radius: int) -> None:
    """Blur (h, w) in place by two running means in each direction."""
    height, width = image.shape
    if radius < 1:
        return
    line = np.empty(max(height, width))
    for _ in range(2):
        for row in range(height):
            total = 0.0
            for k in range(-radius, radius + 1):
                total += image[row, min(max(k, 0), width - 1)]
            for column in range(width):
                line[column] = total / (2 * radius + 1)
                total += image[row, min(column + radius + 1, width - 1)] - image[row, max(column - radius, 0)]
            image[row, :] = line[:width]
        for column in range(width):
            total = 0.0
            for k in range(-radius, radius + 1):
                total += image[min(max(k, 0), height - 1), column]
            for row in range(height):
                line[row] = total / (2 * radius + 1)
                total += image[min(row + radius + 1, height - 1), column] - image[max(row - radius, 0), column]
            image[:, column] = line[:height]


@njit
def inside(line: Array, x: float, y: float) -> bool:
    """Whether a point lies within a closed line."""
    found = False
    j = len(line) - 1
    for i in range(len(line)):
        if (line[i, 1] > y) != (line[j, 1] > y):
            at = line[i, 0] + (y - line[i, 1]) / (line[j, 1] - line[i, 1]) * (line[j, 0] - line[i, 0])
            if x < at:
                found = not found
        j = i
    return found

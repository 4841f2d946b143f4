"""Bodies turned around an axis, seen a little from above: the base is around (0, 0), heights are counted upwards."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sbirlib.data.world.figure import Figure, Point

Profile = Sequence[tuple[float, float]]
"""Radii from below to above: (height, radius)."""


def radius(profile: Profile, y: float) -> float:
    """The radius at a height, along a smooth line through the profile's knots."""
    k = 0
    while k < len(profile) - 2 and y > profile[k + 1][0]:
        k += 1
    a, b, c, d = profile[max(k - 1, 0)], profile[k], profile[k + 1], profile[min(k + 2, len(profile) - 1)]
    span = (c[0] - b[0]) or 1.0
    t = (y - b[0]) / span
    rise = (c[1] - a[1]) / ((c[0] - a[0]) or 1.0) * span
    fall = (d[1] - b[1]) / ((d[0] - b[0]) or 1.0) * span
    if k > 0 and (c[1] - b[1]) * (b[1] - a[1]) <= 0:
        rise = 0.0  # a belly or a neck is widest or narrowest where it says
    if k < len(profile) - 2 and (d[1] - c[1]) * (c[1] - b[1]) <= 0:
        fall = 0.0
    return (
        (2 * t**3 - 3 * t**2 + 1) * b[1]
        + (t**3 - 2 * t**2 + t) * rise
        + (3 * t**2 - 2 * t**3) * c[1]
        + (t**3 - t**2) * fall
    )


def turned(profile: Profile, view: float, low: float = 0.0, high: float = 1.0, steps: int = 12) -> list[Point]:
    """The outline of a turned body between two shares of its height, its lower end round as seen from above."""
    first, last = profile[0][0], profile[-1][0]
    ys = [first + (last - first) * (low + (high - low) * k / steps) for k in range(steps + 1)]
    rs = [radius(profile, y) for y in ys]
    base = [(rs[0] * math.cos(a), -ys[0] + rs[0] * view * math.sin(a)) for a in (math.pi * k / 6 for k in range(1, 6))]
    right = [(r, -y) for y, r in zip(ys, rs, strict=True)]
    if high < 1:  # the upper edge of a band hangs like the lower
        edge = [
            (rs[-1] * math.cos(a), -ys[-1] + rs[-1] * view * math.sin(a))
            for a in (math.pi * k / 6 for k in range(1, 6))
        ]
        return [*right, *edge, *((-x, y) for x, y in reversed(right)), *reversed(base)]
    return [*right, *((-x, y) for x, y in reversed(right)), *reversed(base)]


def band(
    f: Figure, name: str, profile: Profile, view: float, low: float, high: float, slot: str, detail: float = 0.3
) -> None:
    """A band around the body."""
    f.polygon(name, turned(profile, view, low, high, 3), slot, bulge=0.85, detail=detail)

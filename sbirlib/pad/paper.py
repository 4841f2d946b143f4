"""What is on the paper, and what was on it before: undo goes back through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sbirlib.data.pictures import Stroke

KEPT = 200
"""Papers that can be gone back to."""
BESIDE = 0.5
"""How far a stroke may leave the paper, in papers: by more, its unit is another one."""


@dataclass(frozen=True, eq=False)
class Paper:
    """Strokes, (points, 2) each, x to the right and y downwards from 0 to 1 over the paper, in the order drawn."""

    strokes: tuple[Stroke, ...] = ()
    example: bool = False
    """It is there to be looked at: the first stroke that is drawn replaces it."""

    def same(self, other: Paper) -> bool:
        """Whether the same is on both.

        >>> Paper(read([[[0, 0], [1, 1]]])).same(Paper(read([[[0, 0], [1, 1]]]))), Paper().same(Paper(example=True))
        (True, False)
        """
        if self.example != other.example or len(self.strokes) != len(other.strokes):
            return False
        return all(map(np.array_equal, self.strokes, other.strokes))

    def plus(self, strokes: tuple[Stroke, ...]) -> Paper:
        """With more strokes on it; an example gives way to them."""
        return Paper(strokes if self.example else self.strokes + strokes) if strokes else self


class History:
    """The papers one after another, the last of them on the desk."""

    def __init__(self, first: Paper) -> None:
        self.papers = [first]

    @property
    def now(self) -> Paper:
        return self.papers[-1]

    def add(self, paper: Paper) -> None:
        self.papers = [*self.papers[1 - KEPT :], paper]

    def back(self) -> None:
        """To the one before, if there is one."""
        if len(self.papers) > 1:
            self.papers.pop()

    def back_to(self, paper: Paper) -> None:
        """To a paper of before; one that is not known here is a new one."""
        for place in range(len(self.papers) - 2, -1, -1):
            if self.papers[place].same(paper):
                del self.papers[place + 1 :]
                return
        self.add(paper)


def read(strokes: Iterable[Any]) -> tuple[Stroke, ...]:
    """Strokes of whoever gives them, as arrays of their own; one without points is left out.

    >>> [stroke.tolist() for stroke in read([[(0, 0.5), (1, 0.5)], []])]
    [[[0.0, 0.5], [1.0, 0.5]]]
    """
    found = []
    for number, stroke in enumerate(strokes):
        try:
            way = np.array(stroke, dtype=np.float64)
        except (TypeError, ValueError):
            way = np.array(np.nan)
        if way.shape in ((0,), (0, 2)):
            continue
        if way.ndim != 2 or way.shape[1] != 2 or not np.isfinite(way).all():
            raise ValueError(f"a stroke is points (n, 2), x and y from 0 to 1; stroke {number} is {short(stroke)}")
        if way.min() < -BESIDE or way.max() > 1 + BESIDE:
            span = f"{way.min():.3g} to {way.max():.3g}"
            raise ValueError(f"a stroke's points are from 0 to 1 over the paper; stroke {number} goes from {span}")
        found.append(way)
    return tuple(found)


def short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."

"""The chosen rows of one modality: what goes together, and what each is for.

A photo, its copies and the sketches of it are one unit: dealt to training, validation or testing as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sbirlib.data.layouts.divide import shuffled
from sbirlib.data.layouts.index import Index
from sbirlib.data.roles import TEST, TRAIN, deal


class Side(NamedTuple):
    """The chosen rows of one modality, in the order of their keys."""

    rows: NDArray[np.int64]
    keys: list[str]
    names: list[str]
    units: list[str]
    """What is dealt to training or testing as one: a photo, its copies and the sketches of it."""
    groups: list[str]
    """Units of one class and group are dealt and bounded together."""


def side(
    index: Index,
    rows: NDArray[np.int64],
    names: NDArray[np.object_],
    unit_of: Mapping[str, str] | None = None,
) -> Side:
    """Rows of one modality by key; for sketches, `unit_of` tells the photo's unit by the sketch's path.

    Pictures of one class with the same content, or the same key, are one unit.
    """
    keys = [index.keys[row] for row in rows]
    kinds = [(index.kinds[index.room[row]], key) for row, key in zip(rows, keys, strict=True)]
    twice = {kind for kind, count in Counter(kinds).items() if count > 1}  # a.jpg beside a.png
    for place, kind in enumerate(kinds):
        if kind in twice:
            keys[place] = f"{keys[place]}.{index.paths[rows[place]].rpartition('.')[2]}"
    order = sorted(range(len(rows)), key=lambda place: (keys[place], index.paths[rows[place]]))
    rows, keys = rows[order], [keys[place] for place in order]
    chosen = [str(names[row]) for row in rows]
    same = Together()
    for place in np.flatnonzero(repeated(index.checksum[rows])).tolist():
        same.join(keys[place], (chosen[place], int(index.checksum[rows[place]])))
    if unit_of is None:
        units = [same.first(key) for key in keys]
    else:  # a sketch that is nobody's is no kin of a photo that happens to be called the same
        units = [
            unit_of.get(index.paths[row]) or f"sketch {same.first(key)}" for row, key in zip(rows, keys, strict=True)
        ]
    return Side(rows, keys, chosen, units, [])


def repeated(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of the values are there more than once.

    >>> repeated(np.array([4, 7, 4], dtype=np.uint64)).tolist()
    [True, False, True]
    """
    _, number, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[number] > 1, dtype=np.bool_)


class Together:
    """Keys that share a content, directly or through others, under the first of them (union-find)."""

    def __init__(self) -> None:
        self.above: dict[object, object] = {}

    def root(self, node: object) -> object:
        while (up := self.above.get(node, node)) != node:
            self.above[node] = self.above.get(up, up)
            node = up
        return node

    def join(self, key: str, content: object) -> None:
        a, b = self.root(key), self.root(content)
        if isinstance(a, str) and isinstance(b, str):
            a, b = min(a, b), max(a, b)
        elif isinstance(b, str):
            a, b = b, a
        self.above[b] = a

    def first(self, key: str) -> str:
        return str(self.root(key))


def grouped(index: Index, one: Side, drawn: set[str]) -> Side:
    """Photos that were drawn go with their sketches; the other photos, and the other sketches, by themselves."""
    kinds = [index.kinds[room] for room in index.room[one.rows]]
    groups = ["drawn" if unit in drawn else kind for unit, kind in zip(one.units, kinds, strict=True)]
    return one._replace(groups=groups)


def bounded(one: Side, most: int) -> NDArray[np.int64]:
    """The places of at most so many units of each class and group, the same whatever order the files come in."""
    found: dict[tuple[str, str], set[str]] = {}
    for place in zip(one.names, one.groups, one.units, strict=True):
        found.setdefault(place[:2], set()).add(place[2])
    kept = {(*group, unit) for group, units in found.items() for unit in shuffled(units, "bound")[:most]}
    stays = [p for p, place in enumerate(zip(one.names, one.groups, one.units, strict=True)) if place in kept]
    return np.array(stays, dtype=np.int64)


def some(one: Side, places: NDArray[np.int64]) -> Side:
    """The side's rows at some places."""
    return Side(one.rows[places], *([part[place] for place in places] for part in one[1:]))


def dealt(sides: Mapping[str, Side], unseen: set[str], validating: set[str], seed: int) -> dict[str, NDArray[np.int64]]:
    """A role for each item: what was drawn is dealt with its sketches, all else by modality and source."""
    roles = {modality: np.zeros(len(one.rows), dtype=np.int64) for modality, one in sides.items()}
    for group in sorted({group for one in sides.values() for group in one.groups}):
        places = [(m, p) for m, one in sides.items() for p, g in enumerate(one.groups) if g == group]
        names = [sides[modality].names[place] for modality, place in places]
        units = [sides[modality].units[place] for modality, place in places]
        for (modality, place), role in zip(
            places, deal(names, units, unseen, validating=validating, seed=seed), strict=True
        ):
            roles[modality][place] = role
    return roles


def untaught(index: Index, sides: Mapping[str, Side], roles: Mapping[str, NDArray[np.int64]]) -> None:
    """Where a picture stands in two classes, and in one of them is tested or selected on, it is trained on in neither.

    The roles are changed in place; what such a picture's unit holds goes with it.
    """
    moved = {""}
    while moved:
        moved = set()
        for modality, one in sides.items():
            content, learnt = index.checksum[one.rows], roles[modality] == TRAIN
            moved |= {one.units[at] for at in np.flatnonzero(learnt & np.isin(content, content[~learnt])).tolist()}
        for modality, one in sides.items():
            for place, unit in enumerate(one.units):
                if unit in moved and roles[modality][place] == TRAIN:
                    roles[modality][place] = TEST

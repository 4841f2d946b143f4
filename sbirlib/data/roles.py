"""Who is trained on, selected on and tested on: dealt to instances, so that a sketch and its photo never part."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from sbirlib.data.imageset import ROLES

TRAIN, VALIDATION, TEST = range(len(ROLES))


def deal(
    classes: Sequence[str],
    units: Sequence[str],
    unseen: Collection[str],
    *,
    validating: Collection[str] = (),
    validation: float = 0.1,
    test: float = 0.1,
    seed: int = 0,
) -> NDArray[np.int64]:
    """A role for each item, of class `classes[i]`, drawn from the unit `units[i]` (a photo, with its sketches).

    Of each seen class the given shares of units are kept for validation and test, at least one of each where there
    are three; of the `validating` classes, on which settings are chosen, three times as many are for validation.
    Everything of an unseen class is for testing. The draw hangs on names alone: it is the same whatever order the
    files come in.

    >>> deal(["cat"] * 4 + ["cow"], ["cat/1", "cat/1", "cat/2", "cat/3", "cow/1"], unseen={"cow"}).tolist()
    [2, 2, 0, 1, 2]
    """
    found: dict[str, set[str]] = defaultdict(set)
    for name, unit in zip(classes, units, strict=True):
        found[name].add(unit)
    role: dict[str, int] = {}
    for name, own in found.items():
        if name in unseen:
            role |= dict.fromkeys(own, TEST)
            continue
        ordered = sorted(own, key=lambda unit: shuffling(f"{seed} {unit}"))
        enough = len(ordered) >= 3
        tested = max(round(test * len(ordered)), int(enough and test > 0))
        share = validation * (3 if name in validating else 1)
        validated = max(round(share * len(ordered)), int(enough and share > 0))
        role |= dict.fromkeys(ordered[:tested], TEST)
        role |= dict.fromkeys(ordered[tested : tested + validated], VALIDATION)
        role |= dict.fromkeys(ordered[tested + validated :], TRAIN)
    return np.array([role[unit] for unit in units], dtype=np.int64)


def shuffling(text: str) -> bytes:
    """A digest to sort by: an order that hangs on names alone. Names of files need not be UTF-8."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()

from __future__ import annotations

import numpy as np

from sbirlib.data.world.instance import Dials, Instance
from sbirlib.data.world.photo import COLOURS, GRAINS, PATTERNS
from sbirlib.data.world.scenes import SCENES


def means(name: str, count: int = 24) -> list[float]:
    """The thing's own brightness in some photos."""
    out = []
    for index in range(count):
        ids = np.empty((48, 48), dtype=np.int64)
        photo = Instance(name, index).photo(48, ids=ids)
        out.append(float(photo[ids >= 0].mean()))
    return out


def test_colours_do_not_give_the_class_away() -> None:
    has = [Instance(name, index).attributes for name in ("cow", "cat") for index in range(400)]
    for what, options in (("colour", COLOURS), ("scene", SCENES)):
        assert {each[what] for each in has} == set(options)
    counts = [
        np.bincount([list(COLOURS).index(each["colour"]) for each in part], minlength=12)
        for part in (has[:400], has[400:])
    ]
    assert min(c.min() for c in counts) > 10  # every colour is common in both
    assert max(c.max() for c in counts) < 70


def test_every_pattern_has_its_grain() -> None:
    assert set(GRAINS) == set(PATTERNS.values())


def test_the_thing_is_where_its_parts_are_said_to_be() -> None:
    for index in range(6):
        instance, ids = Instance("horse", index), np.empty((64, 64), dtype=np.int64)
        instance.photo(64, ids=ids)
        placed, _ = instance.place()
        rows, columns = np.nonzero(ids >= 0)
        low, high = placed.points.min(0) * 64, placed.points.max(0) * 64
        assert columns.min() >= low[0] - 2
        assert columns.max() <= high[0] + 2
        assert rows.min() >= low[1] - 2
        names = {instance.figure.parts[number].name for number in np.unique(ids[ids >= 0])}
        assert {"body", "head"} <= names


def test_clutter_and_size_change_what_they_should() -> None:
    instance = Instance("horse", 1)
    assert instance.photo(32).shape == (32, 32, 3)
    ids, small = np.empty((64, 64), dtype=np.int64), np.empty((64, 64), dtype=np.int64)
    instance.photo(64, ids=ids)
    instance.photo(64, Dials(scale=(0.2, 0.25)), ids=small)
    assert (small >= 0).sum() < 0.4 * (ids >= 0).sum()


def test_photos_vary_in_brightness() -> None:
    assert np.std(means("cow")) > 10

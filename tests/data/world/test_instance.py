from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from sbirlib.data.world.instance import Dials, Instance


def test_everything_hangs_on_seed_class_and_index() -> None:
    for make in (lambda i: i.photo(32), lambda i: i.sketch(0, 32)):
        one = make(Instance("cow", 3))
        assert np.array_equal(one, make(Instance("cow", 3)))
        assert not np.array_equal(one, make(Instance("cow", 4)))
        assert not np.array_equal(one, make(Instance("cow", 3, seed=1)))


def test_another_process_draws_the_same_pixels() -> None:
    code = (
        "from sbirlib.data.world.instance import Instance; i = Instance('giraffe', 5);"
        "print(int(i.photo(32).astype('int64').sum()), int(i.sketch(1, 32).astype('int64').sum()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = Instance("giraffe", 5)
    sums = (here.photo(32).astype(np.int64).sum(), here.sketch(1, 32).astype(np.int64).sum())
    assert tuple(map(int, run.stdout.split())) == sums


def test_drawing_does_not_touch_the_generators_of_others() -> None:
    import random

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = (random.random(), np.random.random())  # noqa: NPY002
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    Instance("cow", 1).photo(32)
    Instance("cow", 1).sketch(0, 32)
    assert (random.random(), np.random.random()) == before  # noqa: NPY002


@pytest.mark.parametrize("size", [32, 64, 224, 512])
def test_a_picture_is_the_same_at_every_size(size: int) -> None:
    photo, sketch = Instance("elephant", 2).photo(size), Instance("elephant", 2).sketch(0, size)
    assert photo.shape == sketch.shape == (size, size, 3)
    small = Instance("elephant", 2).photo(32).astype(float)
    reduced = photo.reshape(32, size // 32, 32, size // 32, 3).mean((1, 3))
    assert np.corrcoef(small.ravel(), reduced.ravel())[0, 1] > 0.9
    assert (sketch == 255).mean() > 0.5


def test_sketches_of_one_thing_differ() -> None:
    instance = Instance("deer", 1)
    assert not np.array_equal(instance.sketch(0, 48), instance.sketch(1, 48))


def test_what_the_thing_has_survives_in_its_sketch() -> None:
    """Same parts in memory as in truth: only proportions and pose are off."""
    from random import Random

    from sbirlib.data.world.figure import Memory

    for name in ("deer", "lion", "rabbit"):
        for index in range(5):
            instance = Instance(name, index)
            memory = instance.remembered(Memory(Random(index)))
            assert [part.name for part in memory.parts] == [part.name for part in instance.figure.parts]
            assert memory.traits == instance.figure.traits


def test_the_thing_stays_mostly_in_the_picture() -> None:
    for name in ("giraffe", "pig"):
        for index in range(30):
            placed, ground = Instance(name, index).place()
            inside = ((placed.points > 0) & (placed.points < 1)).all(1).mean()
            assert inside > 0.8
            assert 0.4 < ground <= 1


def test_dials_turn() -> None:
    instance = Instance("horse", 1)
    large, small = (np.ptp(instance.place(Dials(scale=(s, s)))[0].points, axis=0).max() for s in (0.8, 0.4))
    assert large == pytest.approx(2 * small)

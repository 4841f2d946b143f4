from __future__ import annotations

from random import Random

import numpy as np
import pytest

from sbirlib.data.world.figure import Figure, Memory, place


def remembered(seed: int, **settings: float) -> Figure:
    return Figure(Random(seed), Memory(Random(99), **settings))


def test_a_perfect_memory_is_the_thing_itself() -> None:
    real, memory = Figure(Random(1)), remembered(1, exaggerate=0.0, blur=0.0, pose=0.0)
    for f in (real, memory):
        f.traits["genes"] = str([f.gene(2, 4), f.pose(-1, 1), f.maybe(0.5), f.pick("abc"), f.count(1, 6)])
    assert real.traits == memory.traits


def test_memory_exaggerates_what_is_already_large() -> None:
    for seed in range(20):
        real, memory = Figure(Random(seed)).gene(0, 1), remembered(seed, exaggerate=0.5, blur=0.0).gene(0, 1)
        assert memory - 0.5 == pytest.approx(1.5 * (real - 0.5))


def test_choices_survive_in_memory_and_poses_do_not() -> None:
    def choices(f: Figure) -> list[object]:
        out: list[object] = []
        for _ in range(30):
            f.gene(0, 1), f.pose(0, 1)
            out += [f.maybe(0.5), f.pick("abcd"), f.count(0, 9)]
        return out

    assert choices(Figure(Random(5))) == choices(remembered(5, blur=0.3, pose=1.0))
    real, memory = Figure(Random(5)), remembered(5, pose=1.0)
    assert abs(real.pose(0, 1) - memory.pose(0, 1)) > 1e-3


def test_counts_reach_both_ends() -> None:
    f = Figure(Random(0))
    assert {f.count(2, 4) for _ in range(100)} == {2, 3, 4}


def test_frames_turn_scale_and_flip_and_end() -> None:
    f = Figure(Random(0))
    with f.at(10, 0, angle=90, scale=2):
        f.curve("line", [(0, 0), (1, 0)], width=0.1)
        with f.at(1, 0, flip=True):
            f.polygon("mark", [(0, 0), (1, 0), (0, 1)])
    f.polygon("outside", [(0, 0), (1, 0), (0, 1)])
    line, mark, outside = f.parts
    assert np.allclose(line.points, [(10, 0), (10, 2)])
    assert line.width == pytest.approx(0.2)
    assert np.allclose(mark.points, [(10, 2), (10, 0), (8, 2)])
    assert outside.points == [(0, 0), (1, 0), (0, 1)]


def test_a_limb_is_as_wide_as_its_way_says() -> None:
    f = Figure(Random(0))
    f.limb("leg", [(0, 0, 0.4), (0, 1, 0.4), (0, 2, 0.2)])
    points = np.array(f.parts[0].points)
    assert np.ptp(points[np.isclose(points[:, 1], 1)][:, 0]) == pytest.approx(0.4)
    assert points[:, 1].max() > 2  # a rounded end
    assert np.ptp(points[np.isclose(points[:, 1], 2)][:, 0]) == pytest.approx(0.2)


def test_a_rounded_box_stays_within_the_box() -> None:
    f = Figure(Random(0))
    f.box("box", 0, 0, 4, 2, rounding=0.5)
    f.box("sharp", 0, 0, 4, 2, lean=1)
    points = np.array(f.parts[0].points)
    assert points.min() >= 0
    assert points.max(0).tolist() == [4, 2]
    assert f.parts[1].points == [(1, 0), (3, 0), (4, 2), (0, 2)]


def test_traits_are_gathered() -> None:
    f = Figure(Random(0))
    f.has("a long neck")
    f.has("two horns")
    assert f.traits == {"has": "a long neck and two horns"}


def test_a_figure_is_fitted_into_the_picture() -> None:
    f = Figure(Random(0))
    f.box("box", 5, 5, 9, 7)
    stands = place(f, extent=0.8, x=0.5, bottom=0.9)
    assert stands.points.max(0).tolist() == pytest.approx([0.9, 0.9])
    assert np.ptp(stands.points[:, 0]) == pytest.approx(0.8)
    assert stands.unit == pytest.approx(0.2)
    floats = place(f, extent=0.4, x=0.3, y=0.6, tilt=90)
    assert ((floats.points.min(0) + floats.points.max(0)) / 2).tolist() == pytest.approx([0.3, 0.6])
    assert np.ptp(floats.points[:, 1]) == pytest.approx(0.4)
    mirrored = place(f, extent=0.8, x=0.5, bottom=0.9, mirrored=True)
    assert np.allclose(mirrored.points[:, 0], 1 - stands.points[:, 0])
    assert np.array_equal(stands.of(0), stands.points)

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbirlib.data import raster
from sbirlib.data.raster import BLOB, CURVE, POLYGON


def covered(line: list[tuple[float, float]], size: int = 16) -> raster.Array:
    cover = np.zeros((size, size))
    raster.cover_closed(np.array(line, dtype=float), 0, 0, cover)
    return cover


def test_a_box_off_the_grid_covers_the_share_of_each_pixel() -> None:
    cover = covered([(2.25, 3.0), (4.5, 3.0), (4.5, 5.5), (2.25, 5.5)])
    assert cover[3].tolist()[2:5] == pytest.approx([0.75, 1, 0.5])
    assert cover[5].tolist()[2:5] == pytest.approx([0.375, 0.5, 0.25])
    assert cover.sum() == pytest.approx(2.25 * 2.5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.5, 15.5), st.floats(0.5, 15.5)), min_size=3, max_size=3))
def test_a_triangles_coverage_is_its_area_whichever_way_round(corners: list[tuple[float, float]]) -> None:
    (a, b), (c, d), (e, f) = corners
    area = abs((c - a) * (f - b) - (e - a) * (d - b)) / 2
    assert covered(corners).sum() == pytest.approx(area, abs=1e-6)
    assert covered(corners[::-1]).sum() == pytest.approx(area, abs=1e-6)


def test_what_sticks_out_of_the_picture_is_cut_off() -> None:
    assert covered([(-5, -5), (8, -5), (8, 30), (-5, 30)]).sum() == pytest.approx(8 * 16)
    assert covered([(4, 4), (40, 4), (40, 8), (4, 8)]).sum() == pytest.approx(12 * 4)
    assert covered([(-9, 2), (-2, 2), (-2, 9), (-9, 9)]).sum() == 0


def test_a_pens_line_is_as_wide_as_its_nib() -> None:
    cover = np.zeros((20, 20))
    raster.cover_open(np.array([[3.0, 10.0], [17.0, 10.0]]), np.array([2.0, 2.0]), 0, 0, cover)
    assert cover[:, 10].sum() == pytest.approx(4.0)
    assert cover[:, 1].sum() < 4.0  # the round end
    thin = np.zeros((20, 20))
    raster.cover_open(np.array([[3.0, 10.5], [17.0, 10.5]]), np.array([0.1, 0.1]), 0, 0, thin)
    assert 0 < thin.max() <= 0.2  # thinner than a pixel: faint


def test_a_round_line_goes_through_its_control_points() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    for shape, count in ((BLOB, 4 * raster.SMOOTH), (CURVE, 3 * raster.SMOOTH + 1)):
        line = raster.outline(points, shape)
        assert len(line) == count
        assert np.allclose(line[:: raster.SMOOTH][:4], points)
    assert raster.outline(points, POLYGON) is points or np.array_equal(raster.outline(points, POLYGON), points)


def test_a_spline_through_a_circles_points_is_nearly_the_circle() -> None:
    angles = np.arange(10) * 2 * math.pi / 10
    line = raster.outline(np.stack([np.cos(angles), np.sin(angles)], 1), BLOB)
    assert np.abs(np.hypot(line[:, 0], line[:, 1]) - 1).max() < 0.01


def test_blur_keeps_the_mean_inside_and_spreads() -> None:
    image = np.zeros((31, 31))
    image[15, 15] = 1
    raster.blur(image, 2)
    assert image.sum() == pytest.approx(1)
    assert image[15, 15] < 0.1
    assert np.allclose(image, image.T)
    flat = np.full((9, 9), 0.3)
    raster.blur(flat, 3)
    assert np.allclose(flat, 0.3)


def test_noise_is_smooth_and_in_bounds() -> None:
    values = np.array([raster.noise(3, x, 0.7) for x in np.linspace(-3, 3, 600)])
    assert values.min() >= 0
    assert values.max() <= 1
    assert np.abs(np.diff(values)).max() < 0.05
    assert values.std() > 0.05
    spread = np.array([raster.mix(1, x, y) for x in range(50) for y in range(50)])
    assert abs(spread.mean() - 0.5) < 0.02
    assert len(set(spread.tolist())) == 2500


def test_a_point_is_inside_or_not() -> None:
    ring = np.array([[0, 0], [2, 0], [2, 2], [1, 1], [0, 2]], dtype=float)
    assert raster.inside(ring, 0.5, 0.5)
    assert not raster.inside(ring, 1.0, 1.5)
    assert not raster.inside(ring, -0.1, 0.5)

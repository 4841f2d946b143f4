from __future__ import annotations

import numpy as np
import pytest

from sbirlib.data.raster import BLOB, POLYGON, Array
from sbirlib.data.world import painting
from sbirlib.data.world.painting import BEHIND, FADING, PLAIN, THING

CALM = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0])  # exposure, contrast, colour, vignette, noise, saturation


def painted(
    shapes: list[tuple[int, list[tuple[float, float]], dict[int, float]]],
    shadow: float = 0.0,
    light: tuple[float, float, float] = (0.0, 0.0, 1.0),
    tone: Array = CALM,
) -> tuple[Array, Array]:
    styles = np.zeros((len(shapes), 16))
    styles[:, painting.SHADE] = styles[:, painting.ALPHA] = styles[:, painting.GRAIN] = 1.0
    for row, (shape, _, style) in enumerate(shapes):
        styles[row, painting.SHAPE] = shape
        for column, value in style.items():
            styles[row, column] = value
    points = np.array([point for _, way, _ in shapes for point in way])
    starts = np.cumsum([0, *(len(way) for _, way, _ in shapes)])
    ids = np.full((32, 32), -1)
    picture = painting.paint(
        points, starts, styles, 32, np.array(light), np.array([0.8, 0.3, 0.4, shadow]), np.array([0.5, 0.5, 0.6]),
        np.array([0.0, 0.0, 0.0]), tone, 1, ids,
    )  # fmt: skip
    return picture, ids


def box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


RED = {painting.RED: 0.8}
PAPER = (
    POLYGON,
    box(-0.1, -0.1, 1.1, 1.1),
    {painting.RED: 0.5, painting.GREEN: 0.5, painting.BLUE: 0.5, painting.LAYER: BEHIND},
)


def test_later_shapes_lie_over_earlier_ones_and_ids_say_which_is_seen() -> None:
    thing = {painting.LAYER: THING}
    picture, ids = painted([
        PAPER,
        (POLYGON, box(0.1, 0.1, 0.7, 0.7), {**thing, painting.RED: 0.8}),
        (POLYGON, box(0.4, 0.4, 0.9, 0.9), {**thing, painting.BLUE: 0.8}),
    ])  # fmt: skip
    assert [int(ids[y, x]) for y, x in ((6, 6), (16, 16), (26, 26), (2, 2))] == [1, 2, 2, -1]
    assert picture[6, 6, 0] > 150 > 20 > picture[6, 6, 2]
    assert picture[16, 16, 2] > 150 > 20 > picture[16, 16, 0]
    assert picture[2, 2].tolist() == [128, 128, 128]


def test_a_fading_shape_goes_from_one_colour_to_the_other() -> None:
    style = {painting.TEXTURE: FADING, painting.RED: 1.0, painting.BLUE2: 1.0, painting.LAYER: BEHIND}
    picture, _ = painted([(POLYGON, box(-0.1, 0.0, 1.1, 1.0), style)])
    assert (np.diff(picture[:, 16, 0].astype(int)) < 0).all()
    assert (np.diff(picture[:, 16, 2].astype(int)) > 0).all()


def test_light_comes_from_where_it_comes() -> None:
    ball = [(0.5 + 0.4 * np.cos(a), 0.5 + 0.4 * np.sin(a)) for a in np.arange(10) * np.pi / 5]
    style = {**RED, painting.LAYER: THING, painting.ROUND: 0.9}
    left, _ = painted([PAPER, (BLOB, ball, style)], light=(-0.7, 0.0, 0.71))
    right, _ = painted([PAPER, (BLOB, ball, style)], light=(0.7, 0.0, 0.71))
    assert left[16, 6, 0] > left[16, 25, 0] + 30
    assert right[16, 25, 0] > right[16, 6, 0] + 30


def test_a_shadow_lies_on_the_ground_beside_the_thing() -> None:
    thing = (POLYGON, box(0.3, 0.2, 0.5, 0.8), {**RED, painting.LAYER: THING})
    bright, _ = painted([PAPER, thing])
    dark, _ = painted([PAPER, thing], shadow=0.6)
    darker = bright.astype(int).sum(2) - dark.astype(int).sum(2)
    rows, columns = np.nonzero(darker > 30)
    assert len(rows) > 5
    assert rows.min() >= 18  # near the ground
    assert columns.max() > 16  # to the right, as the ground says
    assert darker.min() >= 0


def test_the_lens_makes_brighter_and_greyer() -> None:
    plain, _ = painted([PAPER, (POLYGON, box(0.2, 0.2, 0.8, 0.8), {**RED, painting.LAYER: THING})])
    bright = CALM.copy()
    bright[0] = 1.3
    grey = CALM.copy()
    grey[7] = 0.0
    shapes = [PAPER, (POLYGON, box(0.2, 0.2, 0.8, 0.8), {**RED, painting.LAYER: THING})]
    assert painted(shapes, tone=bright)[0].mean() > plain.mean() + 10
    flat = painted(shapes, tone=grey)[0].astype(int)
    assert np.abs(flat[..., 0] - flat[..., 2]).max() <= 1


@pytest.mark.parametrize("texture", range(painting.BRICKS + 1))
def test_every_texture_shows_both_colours_and_only_them(texture: int) -> None:
    values = [painting.second(texture, x, y, 0.37) for x in np.linspace(0, 6, 40) for y in np.linspace(0, 6, 40)]
    assert min(values) >= 0
    assert max(values) <= 1
    if texture != PLAIN:
        assert min(values) < 0.2
        assert max(values) > 0.6

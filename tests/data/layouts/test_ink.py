from __future__ import annotations

import numpy as np
import pytest

from sbirlib.data.layouts.ink import PEN, ink, parse


def test_a_line_is_as_long_and_as_wide_as_the_pen_says() -> None:
    size = 256
    paper = ink([np.array([[0.25, 0.5], [0.75, 0.5]])], size)
    black = (255 - paper.astype(float)).sum() / 255
    width = PEN * size
    assert black == pytest.approx(0.5 * size * width + np.pi * (width / 2) ** 2, rel=0.08)
    assert paper[size // 2, size // 2] < 10
    assert paper[size // 2, size // 4 + 2] < 10
    assert paper[size // 4].min() == 255


def test_x_goes_to_the_right_and_y_downwards() -> None:
    paper = ink([np.array([[0.75, 0.25]])], 64)
    y, x = np.unravel_index(paper.argmin(), paper.shape)
    assert (abs(x - 48) <= 1, abs(y - 16) <= 1) == (True, True)


def test_a_drawing_is_in_the_middle_with_its_shape_whatever_its_unit() -> None:
    for scale, shift in ((1, 0), (300, 1000), (0.01, -5)):
        way = [[0 * scale + shift, 200 * scale + shift], [0 * scale + shift, 100 * scale + shift], [0, 30]]
        (stroke,) = parse(f'{{"drawing": [{way}]}}'.encode())
        assert stroke == pytest.approx(np.array([[0.05, 0.275], [0.95, 0.725]]))


def test_a_dot_stays_a_dot() -> None:
    (stroke,) = parse(b'{"drawing": [[[7], [9]]]}')
    assert stroke.tolist() == [[0.5, 0.5]]
    assert (255 - ink([stroke], 64).astype(float)).sum() / 255 == pytest.approx((PEN * 64) ** 2, rel=0.3)


@pytest.mark.parametrize("line", [b'{"drawing": []}', b'{"drawing": [[[], []]]}', b'{"word": "cat"}', b"not json"])
def test_a_line_that_is_no_drawing_is_refused(line: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse(line)

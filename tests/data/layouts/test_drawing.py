from __future__ import annotations

import numpy as np
import pytest

from sbirlib.data.layouts.drawing import parse


def test_a_drawing_is_in_the_middle_with_its_shape_whatever_its_unit() -> None:
    for scale, shift in ((1, 0), (300, 1000), (0.01, -5)):
        way = [[0 * scale + shift, 200 * scale + shift], [0 * scale + shift, 100 * scale + shift], [0, 30]]
        (stroke,) = parse(f'{{"drawing": [{way}]}}'.encode())
        assert stroke == pytest.approx(np.array([[0.05, 0.275], [0.95, 0.725]]))


def test_a_dot_stays_a_dot() -> None:
    (stroke,) = parse(b'{"drawing": [[[7], [9]]]}')
    assert stroke.tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("line", [b'{"drawing": []}', b'{"drawing": [[[], []]]}', b'{"word": "cat"}', b"not json"])
def test_a_line_that_is_no_drawing_is_refused(line: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse(line)

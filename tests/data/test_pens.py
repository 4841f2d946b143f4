from __future__ import annotations

import numpy as np
import pytest

from sbirlib.data.pens import PENS, Pen, ink, inked, nib


@pytest.mark.parametrize("pen", PENS)
def test_each_pen_leaves_ink(pen: str) -> None:
    strokes = [np.stack([np.linspace(0.1, 0.9, 30), np.full(30, 0.5)], 1)]
    ids = np.empty((64, 64), dtype=np.int64)
    paper = inked(strokes, 64, PENS[pen], 3, ids)
    dark = 255.0 * 64 * 64 * 3 - paper.sum()
    assert dark > 0
    assert (paper[:20] == 255).all()
    assert ids.max() == 0


def test_a_nib_lifts_off_at_the_ends() -> None:
    widths = nib(np.array([0, 21]), 1.0, 0.9, 0.0)
    assert widths[0] < widths[10]
    assert widths[-1] < widths[10]
    assert np.array_equal(nib(np.array([0, 5]), 0.5, 0.0, 0.0), np.full(5, 0.5))


def test_nothing_drawn_is_white_paper() -> None:
    assert (inked([], 16, PENS["pencil"]) == 255).all()
    assert (inked([np.zeros((0, 2))], 16, PENS["pencil"]) == 255).all()


def test_a_stroke_is_as_long_and_as_wide_as_the_pen_says() -> None:
    pen = Pen(1 / 32, 1.0, (0.0, 0.0, 0.0), 0.0, 0.0)
    paper = inked([np.array([[0.25, 0.5], [0.75, 0.5]])], 256, pen)
    black = (255 - paper[..., 0].astype(float)).sum() / 255
    assert black == pytest.approx(128 * 8 + np.pi * 4**2, rel=0.03)


def test_a_dot_is_a_dot() -> None:
    pen = Pen(0.1, 1.0, (0.0, 0.0, 0.0), 0.0, 0.0)
    paper = inked([np.array([[0.75, 0.25]])], 64, pen)[..., 0]
    y, x = (round(float(c.mean())) for c in np.nonzero(paper < 128))
    assert (abs(x - 48) <= 1, abs(y - 16) <= 1) == (True, True)
    assert (255 - paper.astype(float)).sum() / 255 == pytest.approx(np.pi * 3.2**2, rel=0.1)


def test_ink_has_the_pens_colour() -> None:
    paper = inked([np.array([[0.2, 0.5], [0.8, 0.5]])], 32, Pen(0.2, 1.0, (0.1, 0.12, 0.35), 0.0, 0.0))
    assert paper[16, 16].tolist() == [26, 31, 89]


def test_ink_darkens_where_the_stroke_goes_and_says_which() -> None:
    points = np.array([[0.1, 0.25], [0.9, 0.25], [0.1, 0.75], [0.9, 0.75]])
    ids = np.full((32, 32), -1)
    widths = np.full(4, 0.1)
    paper = ink(points, np.array([0, 2, 4]), widths, 32, np.zeros(3), 1.0, 0.0, 0, ids)
    assert (paper[8, 5:27] == 0).all()
    assert (paper[16] == 255).all()
    assert set(ids[8, 5:27].tolist()) == {0}
    assert set(ids[24, 5:27].tolist()) == {1}
    assert (ids[paper[:, :, 0] == 255] == -1).all()

from __future__ import annotations

import numpy as np
import torch

from sbirlib.data.reading import MARGIN
from sbirlib.pad.ink import is_spot, picture, pixels
from sbirlib.pad.paper import read

SQUARE = read([[[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4], [0.2, 0.2]]])


def test_the_picture_shows_the_paper_as_it_lies_there() -> None:
    grey = np.asarray(picture(read([[[0.25, 0.5], [0.75, 0.5]]]), 128)).astype(int)
    assert grey.shape == (128, 128, 3)
    dark = grey[..., 0] < 128
    assert dark[63:65, 33:95].all()  # from a quarter to three quarters, halfway down, a 64th wide
    assert dark.sum(axis=0).max() == 2
    assert not dark[:, :30].any()
    assert (np.asarray(picture((), 32)) == 255).all()


def test_what_is_searched_by_does_not_depend_on_place_and_size() -> None:
    moved = [stroke * 0.5 + 0.45 for stroke in SQUARE]
    assert (pixels(SQUARE, 48).int() - pixels(moved, 48).int()).abs().max() <= 1  # a last bit of rounding
    dark = (pixels(SQUARE, 100)[0] < 128).numpy()
    rows = np.flatnonzero(dark.any(axis=1))
    half = 100 / 40 / 2
    assert abs(rows[0] - (100 * MARGIN - half)) <= 1
    assert abs(rows[-1] + 1 - (100 * (1 - MARGIN) + half)) <= 1


def test_pixels_are_a_tensor_of_bytes_colour_first() -> None:
    drawn = pixels(read([[[0.1, 0.5], [0.9, 0.5]]]), 48)
    assert drawn.dtype == torch.uint8
    assert drawn.shape == (3, 48, 48)
    assert torch.equal(drawn[0], drawn[2])
    assert drawn[0, 23:25, 24].max() < 128  # x to the right: the line lies, and does not stand
    assert drawn[0, 4, 24] == 255


def test_a_dot_is_ink_in_the_middle_and_nothing_is_white() -> None:
    dot = pixels(read([[[0.1, 0.9]]]), 80)
    assert dot[0, 39:41, 39:41].max() < 128
    assert dot[0, :30].min() == 255
    assert (pixels((), 8) == 255).all()


def test_a_spot_is_told_from_a_small_drawing() -> None:
    assert is_spot(read([[[0.1, 0.9]], [[0.13, 0.9], [0.1, 0.93]]]))
    assert not is_spot(read([[[0.1, 0.9]], [[0.1, 0.95]]]))

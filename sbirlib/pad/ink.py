"""The paper as a picture, and as what a gallery is searched by, drawn straight at the size it is used."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sbirlib.data.layouts.drawing import PEN
from sbirlib.data.pens import inked
from sbirlib.data.pictures import Stroke
from sbirlib.data.reading import EXTENT, draw_strokes


def picture(strokes: Sequence[Stroke], size: int) -> Image.Image:
    """The paper as it lies there, black on white."""
    return Image.fromarray(inked(strokes, size, PEN))


def pixels(strokes: Sequence[Stroke], size: int) -> Tensor:
    """(3, size, size), uint8: the drawing in the middle of the paper, whatever its size and place were."""
    return draw_strokes(strokes, size) if strokes else torch.full((3, size, size), 255, dtype=torch.uint8)


def is_spot(strokes: Sequence[Stroke]) -> bool:
    """Whether there is too little to search by: what is drawn is nearly as small as the pen's point.

    >>> is_spot([np.array([[0.5, 0.5], [0.52, 0.51]])]), is_spot([np.array([[0.5, 0.5]]), np.array([[0.6, 0.5]])])
    (True, False)
    """
    return bool(np.ptp(np.concatenate(strokes), axis=0).max() < EXTENT)

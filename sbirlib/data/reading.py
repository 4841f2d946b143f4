"""Somebody's own picture, as what a model takes: a sketch from a scan, a screenshot or a pen's strokes, or a photo.

What comes is not what training had: white on black, on yellow paper, transparent, turned by a camera, 4,000 pixels wide
with lines of three, small in a corner. A sketch comes out as dark lines on white paper, in the middle, whatever it was.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from scipy.ndimage import find_objects, label
from torch import Tensor
from torch.nn.functional import interpolate

from sbirlib.data.layouts.decode import decode, fitted, opaque
from sbirlib.data.layouts.drawing import centred
from sbirlib.data.pens import Pen, inked
from sbirlib.data.pictures import Floats, Ints, Stroke

BOLD = Pen(width=1 / 40, opacity=1.0, colour=(0.0, 0.0, 0.0), rough=0.0, pressure=0.0)
"""What strokes are inked with, at the size they are searched by. The tiny CLIP's mAP on validation classes, mixed, hard
and far: .733 .704 .774 with it, .722 .712 .712 with a 64th, .738 .686 .799 with a 24th, .684 .696 .684 with the world's
own pens, where they were drawn (one start, 120 instances a class)."""

Source = str | os.PathLike[str] | Image.Image | NDArray[np.generic] | Tensor
"""A file, a picture, or its pixels: (h, w), (h, w, 3), or a tensor (3, h, w); bytes, or floats from 0 to 1."""

SMALLEST = 16
"""Pixels a side that a sketch has at least."""
MARGIN = 0.15
"""What stays free on each side of a sketch's longer side: as much as around a thing in a photo, more or less."""
FAINT = 0.12
"""What differs from the paper by less, on a scale from 0 to 1, is paper."""
EXTENT = 0.04
"""A drawing that is smaller than this share of its paper is a spot."""
DUST = 0.97
"""The share of the ink that is the drawing's for sure, and ..."""
NEAR = 0.15
"""... how near to that another piece must be to belong to it, in lengths of it."""
EDGE = 0.03
"""How thick a scanner's dark edge may be, in shares of the sheet."""
COARSE, LARGEST = 512, 1024
"""The side, in pixels, at which pieces are looked for, and the one beyond which a drawing is made smaller first."""


def read_sketch(source: Source, size: int) -> Tensor:
    """A sketch as (3, size, size), uint8: dark on white, without colour, cut out and set in the middle.

    Ink is what differs from the paper, and the paper is what most of the picture's edge shows. Dust away from the
    drawing, and a scanner's dark edge, are left out. A sheet without ink, or with a spot only, is an error.
    """
    image = opened(source)
    if min(image.size) < SMALLEST:
        raise ValueError(f"{named(source)} is too small: {SMALLEST} pixels a side are needed; got {image.size}")
    ink = drawn(opaque(visible(image)))
    low, high = box(ink)
    if (high - low).max() < EXTENT * max(ink.shape):
        what = "nothing is drawn on it" if not ink.any() else "there is only a spot on it"
        raise ValueError(f"{named(source)} can't be searched by: {what}")
    square = shrunk(cut(ink[low[0] : high[0], low[1] : high[1]]), size)
    return torch.from_numpy(np.round(255 * (1 - square)).astype(np.uint8)).expand(3, -1, -1).clone()


def read_photo(source: Source, size: int) -> Tensor:
    """A photo's middle as (3, size, size), uint8."""
    file = Path(source) if isinstance(source, str | os.PathLike) else None
    middle = fitted(opaque(opened(source)), size, "crop", 255) if file is None else decode(file, size)
    return torch.from_numpy(np.ascontiguousarray(middle.transpose(2, 0, 1)))


def draw_strokes(strokes: Sequence[Stroke], size: int) -> Tensor:
    """A pen's ways, (points, 2) each, x to the right and y downwards in any unit, as (3, size, size), uint8: black on
    white, in the middle. The line is as thin on a large drawing as on a small one, since it is drawn at this size."""
    ways = [np.asarray(way, dtype=np.float64) for way in strokes if len(way)]
    if not ways:
        raise ValueError("the sketch can't be searched by: nothing is drawn on it")
    if any(way.ndim != 2 or way.shape[1] != 2 or not np.isfinite(way).all() for way in ways):
        raise ValueError(f"a stroke is an array of points (n, 2); got {[way.shape for way in ways]}")
    return torch.from_numpy(inked(centred(ways, MARGIN), size, BOLD)).permute(2, 0, 1).contiguous()


def opened(source: Source) -> Image.Image:
    """The picture, upright."""
    image = ImageOps.exif_transpose(source) if isinstance(source, Image.Image) else None
    if isinstance(source, str | os.PathLike):
        image = from_file(Path(source))
    elif isinstance(source, np.ndarray | Tensor):
        image = from_pixels(source)
    if image is None:
        raise TypeError(f"a picture is a file, a PIL image, an array or a tensor; got a {type(source).__name__}")
    return image


def from_file(file: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as image:
                image.load()
                return ImageOps.exif_transpose(image)
    except (FileNotFoundError, IsADirectoryError):
        raise FileNotFoundError(f"there is no picture {file}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValueError(f"{file} is too large: {Image.MAX_IMAGE_PIXELS:,} pixels at most") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{file} can't be decoded: {error}") from None


def from_pixels(pixels: NDArray[np.generic] | Tensor) -> Image.Image:
    array = pixels.detach().cpu().numpy() if isinstance(pixels, Tensor) else pixels
    if isinstance(pixels, Tensor) and array.ndim == 3:
        array = array.transpose(1, 2, 0)
    if array.dtype == np.bool_ or (array.dtype.kind == "f" and array.size and 0 <= array.min() <= array.max() <= 1):
        array = np.round(array.astype(np.float64) * 255).astype(np.uint8)
    shaped = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if not shaped or array.dtype != np.uint8:
        wanted = "(h, w) or (h, w, 3), tensors (3, h, w), of bytes or of floats from 0 to 1"
        raise ValueError(f"a picture's pixels are {wanted}; got {tuple(pixels.shape)} of {pixels.dtype}")
    return Image.fromarray(array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array)


def visible(image: Image.Image) -> Image.Image:
    """A transparent picture, over black where what is on it is light."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    layer = image.convert("RGBA")
    array = np.asarray(layer)
    solid = array[..., 3].astype(np.float64)
    if solid.min() == 255 or not solid.any() or (array[..., :3].mean(axis=2) * solid).sum() < 200 * solid.sum():
        return layer
    return Image.alpha_composite(Image.new("RGBA", layer.size, "black"), layer).convert("RGB")


def drawn(image: Image.Image) -> Floats:
    """How much ink is where, (h, w) from 0, the paper, to 1, the darkest line."""
    pixels = np.asarray(image)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    paper = np.median(edge, axis=0).astype(np.int16)
    ink = (np.abs(pixels - paper).max(axis=2) / np.float32(255)).astype(np.float32)
    strongest = float(ink.max())
    if strongest < FAINT:
        return np.zeros_like(ink)
    clear: Floats = np.clip((ink - FAINT * strongest) / ((1 - FAINT) * strongest), 0, 1)
    return clear


def box(ink: Floats) -> tuple[Ints, Ints]:
    """Where the drawing is: its first row and column, and those after its last.

    What hangs together is a piece. Pieces that lie along the sheet's edge are no drawing. Of the others, the largest
    that have nearly all of the ink are; the rest are if they are near.
    """
    step = -(-max(ink.shape) // COARSE)
    padded = np.pad(ink, [(0, -length % step) for length in ink.shape])
    coarse = padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step).max(axis=(1, 3)) > 0.2
    pieces, count = label(coarse, structure=np.ones((3, 3)))
    if not count:
        return np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    spans = np.array([[(side.start, side.stop) for side in place] for place in find_objects(pieces)])
    kept = ~along_the_edge(spans, np.array(coarse.shape))
    if not kept.any():
        kept[:] = True
    inks = np.bincount(pieces[coarse], minlength=count + 1)[1:] * kept
    order = np.argsort(-inks, kind="stable")
    before = np.cumsum(inks[order]) - inks[order]
    core = order[before < DUST * inks.sum()]
    low, high = spans[core, :, 0].min(axis=0), spans[core, :, 1].max(axis=0)
    reach = NEAR * (high - low).max()
    near = kept & ((spans[:, :, 1] > low - reach) & (spans[:, :, 0] < high + reach)).all(axis=1)
    low, high = spans[near, :, 0].min(axis=0) * step, spans[near, :, 1].max(axis=0) * step
    inside = ink[low[0] : high[0], low[1] : high[1]] > 0.2  # to the pixel
    lines = [np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0)]
    return low + [line[0] for line in lines], low + [line[-1] + 1 for line in lines]


def along_the_edge(spans: Ints, sheet: Ints) -> NDArray[np.bool_]:
    """Pieces (n, 2, 2) that touch the sheet's edge, are thin, and are as long as half of a side."""
    lengths = spans[:, :, 1] - spans[:, :, 0]
    touches = (spans[:, :, 0] == 0) | (spans[:, :, 1] == sheet)
    thin, long = lengths <= np.maximum(1, EDGE * sheet), lengths >= sheet / 2
    found: NDArray[np.bool_] = (touches & thin & long[:, ::-1]).any(axis=1)
    return found


def cut(inside: Floats) -> Floats:
    """A drawing in the middle of a square of paper."""
    if max(inside.shape) > LARGEST:
        shape = [max(1, round(length * LARGEST / max(inside.shape))) for length in inside.shape]
        whole = torch.from_numpy(np.ascontiguousarray(inside))[None, None]
        inside = np.asarray(interpolate(whole, shape, mode="bilinear", antialias=True)[0, 0].numpy())
    side = int(np.ceil(max(inside.shape) / (1 - 2 * MARGIN)))
    top, left = ((side - length) // 2 for length in inside.shape)
    square = np.zeros((side, side), dtype=np.float32)
    square[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return square


def shrunk(square: Floats, size: int) -> Floats:
    """At another size, as dark as before: the thin lines of a large drawing don't fade."""
    small = interpolate(torch.from_numpy(square)[None, None], (size, size), mode="bilinear", antialias=True)[0, 0]
    lines = small[small > 0.02]
    dark = torch.quantile(lines, 0.9) if len(lines) else small.max()
    return np.asarray((small / dark.clamp(min=1e-6)).clamp(0, 1).numpy())


def named(source: Source) -> str:
    return f"the sketch {source}" if isinstance(source, str | os.PathLike) else "the sketch"

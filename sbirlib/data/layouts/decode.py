"""From a picture file to square pixels: whatever its format, mode and orientation, (size, size, 3) uint8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn.functional import interpolate

Bytes = NDArray[np.uint8]

FITS = ("crop", "squash", "pad")
"""Of a picture that is not square: its middle, all of it out of shape, or all of it in shape with bars."""

ORIENTATION = 0x0112
"""The EXIF tag of how a camera was held."""


def decode(file: Path, size: int, *, fit: str = "crop", pad: int = 255) -> Bytes:
    """A file as (size, size, 3), bars in the grey `pad`. What can't be decoded is a ValueError that names it.

    JPEGs are decoded at the smallest of their own scales (1, 1/2, 1/4, 1/8) that has enough pixels, which skips most of
    the work; then one bicubic step, antialiased. Transparent parts are white, a camera's rotation is applied.
    """
    if fit not in FITS:
        raise ValueError(f"pictures are fitted by {', '.join(FITS)}; got {fit!r}")
    try:
        with Image.open(file) as image:
            turned = image.getexif().get(ORIENTATION, 1) if "exif" in image.info else 1
            image.draft(None, needed(image.size, size, fit))
            square = fitted(opaque(image), size, fit, pad)
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} can't be decoded: {error}") from None
    return upright(square, turned)


def upright(pixels: Bytes, turned: int) -> Bytes:
    """A square as it was seen. All fits are the same in every direction, so it is the small picture that is turned."""
    if turned in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if turned in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels[::-1] if turned in (3, 4, 7, 8) else pixels


def needed(have: tuple[int, int], size: int, fit: str) -> tuple[int, int]:
    """The least size to decode at.

    >>> needed((640, 480), 64, "crop"), needed((640, 480), 64, "pad")
    ((85, 64), (64, 48))
    """
    if fit == "squash":
        return size, size
    side = min(have) if fit == "crop" else max(have)
    return max(1, have[0] * size // side), max(1, have[1] * size // side)


def fitted(image: Image.Image, size: int, fit: str, pad: int) -> Bytes:
    """An RGB picture as (size, size, 3)."""
    width, height = image.size
    if fit == "squash":
        return resized(image, size, size)
    if fit == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        middle = image if width == height else image.crop((left, top, left + side, top + side))
        return resized(middle, size, size)
    scale = size / max(width, height)
    inner = resized(image, max(1, round(width * scale)), max(1, round(height * scale)))
    square = np.full((size, size, 3), pad, dtype=np.uint8)
    top, left = (size - inner.shape[0]) // 2, (size - inner.shape[1]) // 2
    square[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return square


def resized(image: Image.Image, width: int, height: int) -> Bytes:
    """Bicubic and antialiased: what Pillow computes, to one grey level, in a fraction of its time."""
    if image.size == (width, height):
        return np.asarray(image)
    whole = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(image.height, image.width, 3)
    small = interpolate(whole.permute(2, 0, 1)[None], (height, width), mode="bicubic", antialias=True)
    return np.asarray(small[0].permute(1, 2, 0).numpy())


def opaque(image: Image.Image) -> Image.Image:
    """As RGB: palettes and CMYK converted, 16 bits brought to 8, transparent parts over white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        # how bright white is: 16 bits say so; else the least of the usual ranges that holds all values
        ranges = (65535.0,) if image.mode.startswith("I;16") else (1.0, 255.0, 65535.0, float(np.nanmax(values)))
        white = next(top for top in ranges if values.max() <= top or top == ranges[-1])
        grey = np.clip(np.nan_to_num(values) * (255 / white), 0, 255)
        return Image.fromarray(np.round(grey).astype(np.uint8)).convert("RGB")
    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")

"""From a picture file to square pixels: whatever its format, mode and orientation, (size, size, 3) uint8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FITS = ("crop", "squash", "pad")
"""Of a picture that is not square: its middle, all of it out of shape, or all of it in shape with bars."""

ORIENTATION = 0x0112
"""The EXIF tag of how a camera was held."""
TURNS = dict(enumerate((
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.ROTATE_180,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
), start=2))  # fmt: skip


def decode(file: Path, size: int, *, fit: str = "crop", pad: str = "white") -> NDArray[np.uint8]:
    """A file as (size, size, 3). What can't be decoded is a ValueError that names it.

    JPEGs are decoded at the smallest of their own scales (1, 1/2, 1/4, 1/8) that has enough pixels, which skips most of
    the work; then one bicubic step, antialiased. Transparent parts are white, a camera's rotation is applied.
    """
    try:
        with Image.open(file) as image:
            turned = image.getexif().get(ORIENTATION, 1) if "exif" in image.info else 1
            image.draft(None, needed(image.size, size, fit))
            square = fitted(opaque(image), size, fit, pad)
            if turned in TURNS:  # every fit is the same in all directions, so it is the small picture that is turned
                square = square.transpose(TURNS[turned])
            return np.asarray(square)
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} can't be decoded: {error}") from None


def needed(have: tuple[int, int], size: int, fit: str) -> tuple[int, int]:
    """The least size to decode at.

    >>> needed((640, 480), 64, "crop"), needed((640, 480), 64, "pad")
    ((85, 64), (64, 48))
    """
    if fit == "squash":
        return size, size
    side = min(have) if fit == "crop" else max(have)
    return max(1, have[0] * size // side), max(1, have[1] * size // side)


def fitted(image: Image.Image, size: int, fit: str, pad: str) -> Image.Image:
    width, height = image.size
    if fit == "squash":
        return image.resize((size, size), Image.Resampling.BICUBIC)
    if fit == "pad":
        scale = size / max(width, height)
        inner = max(1, round(width * scale)), max(1, round(height * scale))
        square = Image.new("RGB", (size, size), pad)
        square.paste(image.resize(inner, Image.Resampling.BICUBIC), ((size - inner[0]) // 2, (size - inner[1]) // 2))
        return square
    if fit == "crop":
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        return image.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))
    raise ValueError(f"pictures are fitted by {', '.join(FITS)}; got {fit!r}")


def opaque(image: Image.Image) -> Image.Image:
    """As RGB: palettes and CMYK converted, 16 bits brought to 8, transparent parts over white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        deep = image.mode != "F" and (values.max() > 255 or image.mode.startswith("I;16"))
        return Image.fromarray(np.clip(values / 257 if deep else values, 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")

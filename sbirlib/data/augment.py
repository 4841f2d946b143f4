"""One picture in many guises: a photo's framing, light and sharpness vary, a sketch's pose and pen.

- photos     crop and resize (antialiased), flip, brightness, contrast, saturation, a slight blur
- sketches   rotate, scale and shift on white paper, flip, a thicker or thinner pen; never colour

A whole batch is varied at once, every picture by its own numbers. They are handed in, so that nobody's random numbers
are used or moved; torchvision's random transforms draw from torch's global ones, which is why its functions are used
here, and not its classes. Each result is made pixel by pixel, in whole-number sums where there are sums: the same on
one thread and on many, and with whatever other pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torchvision.transforms.v2 import functional as tv

CROP = 0.4
"""At full strength a crop loses up to this share of the area, ..."""
STRETCH = math.log(4 / 3) / 2
"""... and its sides differ by up to this (log) ratio."""
BRIGHTNESS, CONTRAST, SATURATION = 0.3, 0.3, 0.5
BLUR = 1 / 6
"""A blurred pixel takes up to this share from each neighbour: a 3-pixel Gaussian with a sigma of .85."""
TURN, SCALE, SHIFT = 15.0, 0.15, 0.08
"""Degrees, a share of the size, a share of the side."""
THICKER, THINNER = 1.0, 0.5
"""How far to go to the dilated and to the eroded drawing: a fine line that is fully eroded is gone."""

NUMBERS = 9
"""A guise is so many numbers, evenly spread from 0 to 1; a sketch takes the first 6.

The first one says whether the picture is mirrored, at full strength below 1/2: hand the same one to a sketch and its
photo where the direction tells the instance.
"""

PIECE = 400_000
"""Values that are varied at once."""


def augment_photos(images: Tensor, numbers: Tensor, strength: float = 1.0) -> Tensor:
    """Photos (n, 3, s, s), uint8, in the guises of `numbers`, (n, 9); `strength` goes from 0, which changes nothing,
    to 1.

    >>> photos = torch.randint(256, (2, 3, 64, 64), dtype=torch.uint8)
    >>> augment_photos(photos, torch.rand(2, NUMBERS)).shape
    torch.Size([2, 3, 64, 64])
    """
    if unchanged(images, numbers, strength):
        return images
    flip, area, stretch, top, left, *light, soft = numbers.T
    mirrored = flip < strength / 2

    def vary(
        images: Tensor, mirrored: Tensor, area: Tensor, stretch: Tensor, top: Tensor, left: Tensor, *rest: Tensor
    ) -> Tensor:
        brightness, contrast, saturation, share = rest
        framed = mirror(crop(images, area, stretch, top, left), mirrored)
        lit = recolour(framed, brightness, contrast, saturation)
        some = share > 0
        lit[some] = blur(lit[some], share[some])
        return to_bytes(lit)

    frame = 1 - CROP * strength * area, STRETCH * strength * (2 * stretch - 1), top, left
    reach = torch.tensor([[BRIGHTNESS], [CONTRAST], [SATURATION]])
    colours = 1 + reach * strength * (2 * torch.stack(light) - 1)
    share = BLUR * strength * (2 * soft - 1).clamp(min=0)  # half of them stay sharp
    return in_pieces(vary, images, mirrored, *frame, *colours, share)


def augment_sketches(images: Tensor, numbers: Tensor, strength: float = 1.0) -> Tensor:
    """Sketches (n, 3, s, s), uint8, dark on white, in the guises of `numbers`, (n, 9); `strength` goes from 0 to 1.

    >>> paper = torch.full((2, 3, 64, 64), 255, dtype=torch.uint8)
    >>> bool((augment_sketches(paper, torch.rand(2, NUMBERS)) == 255).all())  # what comes in is white, too
    True
    """
    if unchanged(images, numbers, strength):
        return images
    mirrored = numbers[:, 0] < strength / 2
    turn, scale, right, down, pen = (numbers.T[1:6] * 2 - 1) * strength

    def vary(images: Tensor, mirrored: Tensor, pen: Tensor, *placed: Tensor) -> Tensor:
        return to_bytes(pose(redraw(mirror(images, mirrored), pen), *placed))

    placed = TURN * turn, 1 + SCALE * scale, SHIFT * right, SHIFT * down
    return in_pieces(vary, images, mirrored, pen * torch.where(pen > 0, THICKER, THINNER), *placed)


def unchanged(images: Tensor, numbers: Tensor, strength: float) -> bool:
    """Whether there is nothing to do, once what came in is what was expected."""
    if numbers.shape != (len(images), NUMBERS):
        raise ValueError(f"a guise is {NUMBERS} numbers, ({len(images)}, {NUMBERS}); got {tuple(numbers.shape)}")
    return checked(strength) == 0 or len(images) == 0


def in_pieces(vary: Callable[..., Tensor], images: Tensor, *numbers: Tensor) -> Tensor:
    """A few pictures at a time, as many as a processor's cache holds: two to three times faster at 224 pixels."""
    count = -(-images.numel() // PIECE)
    parts = zip(images.chunk(count), *(own.chunk(count) for own in numbers), strict=True)
    return torch.cat([vary(*part) for part in parts])


def checked(strength: float) -> float:
    if not 0 <= strength <= 1:
        raise ValueError(f"a strength goes from 0 (the identity) to 1; got {strength}")
    return strength


def mirror(images: Tensor, which: Tensor) -> Tensor:
    return torch.where(which[:, None, None, None], images.flip(-1), images)


def crop(images: Tensor, area: Tensor, stretch: Tensor, top: Tensor, left: Tensor) -> Tensor:
    """A part of each picture at its old size: of `area` (a share), log side ratio `stretch`, `top` and `left` of
    the room there is (shares)."""
    high, wide = images.shape[-2:]
    heights = (high * (area * stretch.exp()).sqrt()).round().clamp(1, high)
    widths = (wide * (area / stretch.exp()).sqrt()).round().clamp(1, wide)
    tops, lefts = (top * (high - heights)).round(), (left * (wide - widths)).round()
    boxes = torch.stack([tops, lefts, heights, widths]).T.int().tolist()
    parts = [tv.resized_crop(one, *box, [high, wide], antialias=True) for one, box in zip(images, boxes, strict=True)]
    return torch.stack(parts)


def recolour(images: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor) -> Tensor:
    """torchvision's three adjustments after one another, in one formula: with grey g and mean grey m of a picture x,

    b (c (s x + (1 - s) g) + (1 - c) m)
    """
    values = images.float()
    red, green, blue = values.unbind(1)
    grey = (0.2989 * red + 0.587 * green + 0.114 * blue)[:, None]
    mean = grey.floor().long().sum((1, 2, 3), keepdim=True) / grey[0].numel()  # whole numbers: any order, one sum
    b, c, s = (factor[:, None, None, None] for factor in (brightness, contrast, saturation))
    return (b * c * s * values).add_(b * c * (1 - s) * grey + b * (1 - c) * mean).clamp_(0, 255)


def blur(images: Tensor, share: Tensor) -> Tensor:
    """Each pixel takes `share` (n,) from either neighbour, along the rows and then along the columns."""
    a = share[:, None, None, None]
    for step in ((1, 1, 0, 0), (0, 0, 1, 1)):
        padded = F.pad(images, step, mode="reflect")
        before, after = (padded[..., :-2], padded[..., 2:]) if step[0] else (padded[..., :-2, :], padded[..., 2:, :])
        images = torch.lerp(images, (before + after) / 2, 2 * a)
    return images


def redraw(images: Tensor, pen: Tensor) -> Tensor:
    """With a thicker (`pen` from 0 to 1) or thinner (0 to -1) pen: on the way to the darkest or the lightest of the
    pixels around, a 64th of the side in each direction."""
    thicker = (pen > 0)[:, None, None, None]
    around = lightest(torch.where(thicker, 255 - images, images), max(1, round(images.shape[-1] / 64)))
    around = torch.where(thicker, 255 - around, around)  # the darkest is the lightest of the negative
    return torch.lerp(images.float(), around.float(), pen.abs()[:, None, None, None])


def lightest(images: Tensor, reach: int) -> Tensor:
    """The lightest of the pixels up to `reach` away in rows and columns (max_pool2d is ten times slower on bytes)."""
    for along in (2, 3):
        most = images.clone()
        for away in range(1, reach + 1):
            rest = images.shape[along] - away
            for to, come in ((0, away), (away, 0)):
                part = most.narrow(along, to, rest)
                torch.maximum(part, images.narrow(along, come, rest), out=part)
        images = most
    return images


def pose(values: Tensor, turn: Tensor, scale: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Turned (degrees, clockwise), scaled about the middle, then shifted (shares of the side); white comes in.

    torchvision's affine for many pictures at once; a scale this near to 1 needs no antialiasing.
    """
    side = values.shape[-1]
    angle = torch.deg2rad(turn)
    cos, sin = (part[:, None, None] / scale[:, None, None] for part in (torch.cos(angle), torch.sin(angle)))
    places = (2 * torch.arange(side) + 1) / side - 1  # the pixels' middles, from -1 to 1
    x, y = places - 2 * right[:, None, None], places[:, None] - 2 * down[:, None, None]
    grid = torch.stack([cos * x + sin * y, cos * y - sin * x], dim=-1)  # where each pixel was before
    return 255 - F.grid_sample(255 - values, grid, align_corners=False)


def to_bytes(values: Tensor) -> Tensor:
    return values.round().clamp(0, 255).to(torch.uint8)

"""A photo from vectors: surroundings out of focus, a shadow, lit and textured parts, and a lens before it all.

Coordinates run from 0 to 1 over the picture, y downwards. A drawing is three arrays: points (n, 2), where each
shape's points start (shapes + 1,), and one row of style a shape, whose columns are named below.
"""

from __future__ import annotations

import math

import numpy as np

from sbirlib.data.compiled import njit
from sbirlib.data.raster import LINE, POLYGON, Array, blur, cover_closed, cover_open, mix, noise, outline

# the columns of a style
SHAPE, WIDTH, RED, GREEN, BLUE, RED2, GREEN2, BLUE2 = range(8)
TEXTURE, GRAIN, PHASE, ROUND, SHADE, GLOSS, ALPHA, LAYER = range(8, 16)
# layers: out of focus behind the thing, the thing, out of focus before it
BEHIND, THING, BEFORE = range(3)
# textures
PLAIN, STRIPED, SPOTTED, PATCHED, CHECKED, SCALY, GRAINED, BRICKS = range(8)
FADING = 8  # from the colour at the top of a shape to the second one at its bottom: skies, grounds, walls


@njit
def second(texture: int, x: float, y: float, phase: float) -> float:
    """How much of the second colour a texture shows at a place, in the thing's own units."""
    seed = int(phase * 1e6)
    if texture == STRIPED:
        bend = 0.55 * noise(seed, 2.1 * x, 2.1 * y)
        wave = math.sin(6.2832 * (x * math.cos(phase * 1.5) + y * math.sin(phase * 1.5) + bend))
        return min(max(2.5 * wave + 0.5, 0.0), 1.0)
    if texture == SPOTTED:
        i, j = math.floor(x), math.floor(y)
        best = 9.0
        for di in range(-1, 2):
            for dj in range(-1, 2):
                a, b = int(i) + di, int(j) + dj
                cx, cy = a + 0.2 + 0.6 * mix(seed, a, b), b + 0.2 + 0.6 * mix(seed + 7, a, b)
                r = 0.22 + 0.14 * mix(seed + 13, a, b)
                best = min(best, math.sqrt((x - cx) ** 2 + (y - cy) ** 2) / r)
        return min(max(4 * (1 - best) + 0.5, 0.0), 1.0)
    if texture == PATCHED:
        n = 0.65 * noise(seed, 0.8 * x, 0.8 * y) + 0.35 * noise(seed + 1, 2.1 * x, 2.1 * y)
        return min(max(14 * (n - 0.52), 0.0), 1.0)
    if texture == CHECKED:
        return 1.0 if (math.floor(x) + math.floor(y)) % 2 else 0.0
    if texture == SCALY:
        row = math.floor(1.4 * y)
        u = x + 0.5 * (int(row) % 2)
        u -= math.floor(u)
        v = 1.4 * y - row
        away = math.sqrt((u - 0.5) ** 2 + (0.9 * v) ** 2)
        return min(max(5 * (away - 0.45), 0.0), 0.7)
    if texture == GRAINED:
        return 0.6 * noise(seed, 0.35 * x, 3.2 * y) + 0.25 * noise(seed + 3, 1.5 * x, 9 * y)
    if texture == BRICKS:
        row = math.floor(1.8 * y)
        u = x + 0.5 * (int(row) % 2)
        u -= math.floor(u)
        v = 1.8 * y - row
        return 1.0 if u < 0.1 or v < 0.16 else 0.25 * mix(seed, math.floor(x), int(row))
    return 0.0


@njit
def paint(
    points: Array,
    starts: Array,
    styles: Array,
    size: int,
    light: Array,
    ground: Array,
    place: Array,
    focus: Array,
    tone: Array,
    seed: int,
    ids: Array,
) -> Array:
    """A photo (size, size, 3) of all shapes in their order; `ids` (size, size) receives the topmost shape of the thing.

    `light`  (3,) towards the light, x, y and out of the picture
    `ground` (4,) the height of the ground, how flat and how slanted a shadow lies, how dark it is
    `place`  (3,) the thing's middle and its scale, for textures that move with it
    `focus`  (3,) the blur of the background, of the whole picture, and of what stands before
    `tone`   (8,) exposure, contrast, the colour of the light (3), vignette, noise, saturation
    """
    image = np.full((3, size, size), 0.5)
    margin = 2
    shadow_done = False
    blurred = False
    for s in range(len(starts) - 1):
        style = styles[s]
        layer = int(style[LAYER])
        if layer >= THING and not blurred:
            for channel in range(3):
                blur(image[channel], round(focus[0] * size))
            blurred = True
        if layer >= THING and not shadow_done:
            cast(points, starts, styles, size, ground, image)
            shadow_done = True
        shape = int(style[SHAPE])
        line = outline(points[starts[s] : starts[s + 1]], shape) * size
        half = 0.5 * style[WIDTH] * size
        spread = max(1, round(0.014 * size))  # how far a part's own soft shadow reaches
        soft = layer == THING and shape != LINE
        if layer == BEFORE:
            spread = max(1, round(focus[2] * size))
        reach = half + margin + 2 * spread + 1
        left, right = max(0, int(line[:, 0].min() - reach)), min(size, int(line[:, 0].max() + reach) + 1)
        top, bottom = max(0, int(line[:, 1].min() - reach)), min(size, int(line[:, 1].max() + reach) + 1)
        if right <= left or bottom <= top:
            continue
        cover = np.zeros((bottom - top, right - left))
        if shape <= POLYGON:
            cover_closed(line, left, top, cover)
        else:
            cover_open(line, np.full(len(line), half), left, top, cover)
        if layer == BEFORE:
            blur(cover, spread)
        elif soft:
            dark = cover.copy()
            blur(dark, spread)
            sx, sy = round(-light[0] * 0.012 * size), round(max(-light[1], 0.3) * 0.014 * size)
            for row in range(bottom - top):
                for column in range(right - left):
                    if ids[top + row, left + column] >= 0:  # it falls on the thing itself only
                        a = dark[min(max(row - sy, 0), bottom - top - 1), min(max(column - sx, 0), right - left - 1)]
                        for channel in range(3):
                            image[channel, top + row, left + column] *= 1 - 0.33 * a
        texture = int(style[TEXTURE])
        grain = style[GRAIN]
        if layer != THING:  # flat: it is out of focus
            low, high = line[:, 1].min(), line[:, 1].max()
            for row in range(bottom - top):
                two = min(max((top + row + 0.5 - low) / (high - low), 0.0), 1.0) if texture == FADING else 0.0
                for column in range(right - left):
                    a = cover[row, column] * style[ALPHA]
                    if a <= 0.003:
                        continue
                    if texture != PLAIN and texture != FADING:
                        x, y = (left + column + 0.5) / size, (top + row + 0.5) / size
                        two = second(texture, x * grain, y * grain, style[PHASE])
                    for channel in range(3):
                        colour = style[RED + channel] * (1 - two) + style[RED2 + channel] * two
                        image[channel, top + row, left + column] += a * (
                            colour - image[channel, top + row, left + column]
                        )
                    if layer == BEFORE and a > 0.5:
                        ids[top + row, left + column] = -1
            continue
        # the part's own axes: where in it a pixel lies, from -1 to 1 across it
        mx, my = line[:, 0].mean(), line[:, 1].mean()
        xx = yy = xy = 1e-9
        for k in range(len(line)):
            ux, uy = line[k, 0] - mx, line[k, 1] - my
            xx, yy, xy = xx + ux * ux, yy + uy * uy, xy + ux * uy
        angle = 0.5 * math.atan2(2 * xy, xx - yy)
        ca, sa = math.cos(angle), math.sin(angle)
        long = short = 1e-6
        for k in range(len(line)):
            ux, uy = line[k, 0] - mx, line[k, 1] - my
            long, short = max(long, abs(ca * ux + sa * uy)), max(short, abs(ca * uy - sa * ux))
        if shape > POLYGON:
            short = max(short, half)
        bulge = style[ROUND]
        for row in range(bottom - top):
            for column in range(right - left):
                a = cover[row, column] * style[ALPHA]
                if a <= 0.003:
                    continue
                ux, uy = left + column + 0.5 - mx, top + row + 0.5 - my
                p = (ca * ux + sa * uy) / long * 0.92
                q = (ca * uy - sa * ux) / short * 0.92
                along, across = bulge * p * p * p, bulge * q
                nx, ny = ca * along - sa * across, sa * along + ca * across
                nz = math.sqrt(max(1 - nx * nx - ny * ny, 0.06))
                lit = max(nx * light[0] + ny * light[1] + nz * light[2], 0.0)
                x = ((left + column + 0.5) / size - place[0]) / place[2]
                y = ((top + row + 0.5) / size - place[1]) / place[2]
                two = 0.0
                if texture != PLAIN:
                    two = second(texture, x * grain, y * grain, style[PHASE])
                fur = 0.94 + 0.12 * noise(seed + s, 26 * x, 26 * y)
                shade = style[SHADE] * (0.42 + 0.72 * lit) * fur
                shine = style[GLOSS] * lit**24
                for channel in range(3):
                    colour = style[RED + channel] * (1 - two) + style[RED2 + channel] * two
                    colour = min(colour * shade + shine, 1.2)
                    image[channel, top + row, left + column] += a * (colour - image[channel, top + row, left + column])
                if a > 0.5:
                    ids[top + row, left + column] = s
    for channel in range(3):
        blur(image[channel], round(focus[1] * size))
    out = np.empty((size, size, 3), dtype=np.uint8)
    for row in range(size):
        for column in range(size):
            u, v = (column + 0.5) / size - 0.5, (row + 0.5) / size - 0.5
            falloff = 1 - tone[5] * 2 * (u * u + v * v)
            grey = (image[0, row, column] + image[1, row, column] + image[2, row, column]) / 3
            rough = 1.4 * (mix(seed, row, column) - 0.5) * tone[6]
            for channel in range(3):
                value = grey + tone[7] * (image[channel, row, column] - grey)
                value = ((value - 0.45) * tone[1] + 0.45) * tone[0] * tone[2 + channel] * falloff
                value += rough + (mix(seed + 1 + channel, row, column) - 0.5) * tone[6]
                out[row, column, channel] = np.uint8(min(max(value, 0.0), 1.0) * 255 + 0.5)
    return out


@njit
def cast(points: Array, starts: Array, styles: Array, size: int, ground: Array, image: Array) -> None:
    """The thing's shadow on the ground: its shapes, laid flat and slanted, soft, on what is painted so far."""
    if ground[3] <= 0:
        return
    dark = np.zeros((size, size))
    cover = np.zeros((size, size))
    for s in range(len(starts) - 1):
        if int(styles[s, LAYER]) != THING or styles[s, ALPHA] < 0.5:
            continue
        shape = int(styles[s, SHAPE])
        line = outline(points[starts[s] : starts[s + 1]], shape).copy()
        for k in range(len(line)):
            high = ground[0] - line[k, 1]  # above the ground
            line[k, 0] += ground[2] * high
            line[k, 1] = ground[0] - ground[1] * high
        line *= size
        top, bottom = max(0, int(line[:, 1].min() - 2)), min(size, int(line[:, 1].max()) + 3)
        left, right = max(0, int(line[:, 0].min() - 2)), min(size, int(line[:, 0].max()) + 3)
        if right <= left or bottom <= top:
            continue
        part = cover[top:bottom, left:right]
        part[:] = 0
        if shape <= POLYGON:
            cover_closed(line, left, top, part)
        else:
            cover_open(line, np.full(len(line), 0.5 * styles[s, WIDTH] * size), left, top, part)
        for row in range(bottom - top):
            for column in range(right - left):
                if part[row, column] > dark[top + row, left + column]:
                    dark[top + row, left + column] = part[row, column]
    blur(dark, max(1, round(0.016 * size)))
    for channel in range(3):
        for row in range(size):
            for column in range(size):
                image[channel, row, column] *= 1 - ground[3] * dark[row, column]

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from sbirlib.data.layouts.decode import decode, fitted, resized


def smooth(width: int, height: int) -> Image.Image:
    """Red grows to the right, green downwards."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 0 * x + 90], axis=-1).astype(np.uint8))


def saved(image: Image.Image, file: Path, **how: object) -> Path:
    image.save(file, **how)
    return file


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (500, 333), (64, 64), (30, 20)])
@pytest.mark.parametrize("fit", ["crop", "squash", "pad"])
def test_a_jpeg_at_its_own_scale_is_nearly_the_whole_one_made_small(
    tmp_path: Path, size: tuple[int, int], fit: str
) -> None:
    file = saved(smooth(*size), tmp_path / "a.jpg", quality=95)
    with Image.open(file) as image:
        image.load()
        how = {"crop": ImageOps.fit, "pad": lambda i, s, m: ImageOps.pad(i, s, m, color="black")}
        whole = how.get(fit, Image.Image.resize)(image.convert("RGB"), (64, 64), Image.Resampling.BICUBIC)
    ours = decode(file, 64, fit=fit, pad=0).astype(int)
    assert ours.shape == (64, 64, 3)
    inner = slice(1, -1)  # a bar may begin half a pixel earlier
    difference = np.abs(ours - np.asarray(whole, dtype=int))[inner, inner]
    assert difference.mean() < 2.5
    assert np.percentile(difference, 95) < 8


def test_fits_keep_what_their_names_say() -> None:
    image = smooth(200, 100)
    crop, squash, pad = (fitted(image, 50, fit, 255).astype(int) for fit in ("crop", "squash", "pad"))
    assert 55 < crop[25, 0, 0] < 75  # the left quarter is cut away
    assert squash[25, 0, 0] < 6
    assert squash[25, -1, 0] > 249
    assert (pad[:12] == 255).all()
    assert (pad[-12:] == 255).all()
    assert pad[25, 0, 0] < 6
    assert 115 < pad[25, 25, 1] < 140


@pytest.mark.parametrize("size", [(90, 70), (7, 9), (64, 64)])
def test_the_resizing_is_pillows(size: tuple[int, int]) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8))
    pillows = np.asarray(noise.resize((30, 20), Image.Resampling.BICUBIC)).astype(int)
    assert np.abs(resized(noise, 30, 20) - pillows).max() <= 1


def test_an_unknown_fit_is_refused(tmp_path: Path) -> None:
    file = saved(smooth(20, 10), tmp_path / "a.png")
    with pytest.raises(ValueError, match="fitted by crop, squash, pad; got 'stretch'"):
        decode(file, 8, fit="stretch")


def corners(pixels: NDArray[np.uint8]) -> list[str]:
    """The strongest colour at the four corners, row by row."""
    names = {0: "red", 1: "green", 2: "blue"}
    ends = [pixels[y, x] for y in (2, -3) for x in (2, -3)]
    return ["white" if end.min() > 200 else names[int(end.argmax())] for end in ends]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("fit", ["crop", "squash"])
def test_a_cameras_rotation_is_applied(tmp_path: Path, orientation: int, fit: str) -> None:
    upright = Image.new("RGB", (40, 40), "white")
    for colour, place in {"red": (0, 0), "lime": (20, 0), "blue": (0, 20)}.items():
        upright.paste(colour, (*place, place[0] + 20, place[1] + 20))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = saved(stored, tmp_path / "a.jpg", quality=95, subsampling=0, exif=exif)
    assert corners(decode(file, 20, fit=fit)) == ["red", "green", "blue", "white"]


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 10, 20))
    grey = Image.new("LA", (20, 20), (0, 0))
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    keyed = Image.new("RGB", (20, 20), (1, 2, 3))
    assert decode(saved(clear, tmp_path / "a.png"), 20)[10, [2, 17]].tolist() == [[255, 0, 0], [255, 255, 255]]
    assert (decode(saved(clear, tmp_path / "a.webp", lossless=True), 20)[10, 17] == 255).all()
    assert (decode(saved(grey, tmp_path / "b.png"), 20) == 255).all()
    assert (decode(saved(palette, tmp_path / "c.png", transparency=0), 20) == 255).all()
    assert (decode(saved(keyed, tmp_path / "d.png", transparency=(1, 2, 3)), 20) == 255).all()


def test_palettes_grey_and_cmyk_become_rgb(tmp_path: Path) -> None:
    red = Image.new("RGB", (20, 20), (250, 10, 10))
    for mode, file in (("P", "a.png"), ("P", "a.gif"), ("CMYK", "b.jpg"), ("CMYK", "b.tif")):
        pixel = decode(saved(red.convert(mode), tmp_path / file), 8)[4, 4].astype(int)
        assert np.abs(pixel - [250, 10, 10]).max() < 12, (mode, file)
    for mode, file in (("L", "c.jpg"), ("1", "d.png")):
        assert (decode(saved(Image.new(mode, (20, 20), 255), tmp_path / file), 8) > 250).all()


def test_sixteen_bits_keep_their_range(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    for name in ("a.png", "a.tif"):
        ours = decode(saved(Image.fromarray(values), tmp_path / name), 32)
        assert np.abs(ours[..., 0].astype(float) - values / 257).max() <= 1


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_truncated_picture_is_an_error_that_names_it(tmp_path: Path, ending: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    file = saved(Image.fromarray(noise), tmp_path / f"cut.{ending}")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(ValueError, match=rf"cut\.{ending} can't be decoded: .*truncated"):
        decode(file, 16)


def test_text_named_jpg_is_refused_and_a_png_named_jpg_is_read(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("hello")
    with pytest.raises(ValueError, match=r"text\.jpg can't be decoded: cannot identify image file"):
        decode(tmp_path / "text.jpg", 8)
    saved(Image.new("RGB", (9, 9), (7, 8, 9)), tmp_path / "png.png").rename(tmp_path / "png.jpg")
    assert decode(tmp_path / "png.jpg", 8)[4, 4].tolist() == [7, 8, 9]


@pytest.mark.parametrize(
    ("values", "grey"), [([0.0, 0.5, 1.0], 128), ([0.0, 127.5, 255.0], 128), ([0.0, 40.0, 80.0], 40)]
)
def test_floats_are_grey_in_the_range_that_holds_them(tmp_path: Path, values: list[float], grey: int) -> None:
    row = np.array(values, dtype=np.float32)
    Image.fromarray(np.tile(row[:, None], (1, 3))).save(tmp_path / "f.tif")
    assert decode(tmp_path / "f.tif", 3)[1, 1].tolist() == [grey] * 3


def test_whole_numbers_of_32_bits_are_scaled_by_what_they_hold(tmp_path: Path) -> None:
    Image.fromarray(np.tile(np.array([[0], [500_000], [1_000_000]], dtype=np.int32), (1, 3))).save(tmp_path / "i.tif")
    assert decode(tmp_path / "i.tif", 3)[:, 0, 0].tolist() == [0, 128, 255]

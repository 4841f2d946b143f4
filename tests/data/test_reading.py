from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageOps
from torch import Tensor

from sbirlib.data.reading import MARGIN, SMALLEST, draw_strokes, read_photo, read_sketch

SIZE = 64


def house(size: int = 400, width: int = 8) -> Image.Image:
    """Lines in the middle of a white sheet: not symmetrical in any direction."""
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    unit = size / 10
    draw.rectangle([2 * unit, 5 * unit, 8 * unit, 8 * unit], outline="black", width=width)
    draw.line([(2 * unit, 5 * unit), (4 * unit, 2 * unit), (8 * unit, 5 * unit)], fill="black", width=width)
    draw.line([(6 * unit, 8 * unit), (6 * unit, 6 * unit)], fill="black", width=width)
    return image


def apart(one: Tensor, other: Tensor) -> float:
    """The mean difference of two pictures, in shares of the way from white to black."""
    return float((one.float() - other.float()).abs().mean() / 255)


def on_yellow(image: Image.Image) -> Image.Image:
    return Image.composite(Image.new("RGB", image.size, "#ffe680"), image, image.convert("L"))


def in_red(image: Image.Image) -> Image.Image:
    return ImageOps.colorize(image.convert("L"), black="#e02020", white="white")


def in_yellow(image: Image.Image) -> Image.Image:
    """Which is nearly as bright as its paper."""
    return ImageOps.colorize(image.convert("L"), black="#ffee00", white="white")


def transparent(image: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    layer.putalpha(ImageOps.invert(image.convert("L")))
    return layer


def white_on_nothing(image: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", image.size, (255, 255, 255, 0))
    layer.putalpha(ImageOps.invert(image.convert("L")))
    return layer


def in_a_corner(image: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", (1600, 1100), "white")
    sheet.paste(image, (1150, 40))
    return sheet


def pale(image: Image.Image) -> Image.Image:
    return Image.eval(image, lambda value: 200 + value * 55 // 255)


def speckled(image: Image.Image) -> Image.Image:
    """A scan's noise, of a few grey levels."""
    noise = np.random.default_rng(0).integers(-12, 13, (*image.size[::-1], 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def dusty(image: Image.Image) -> Image.Image:
    """A scan with specks far from a small drawing."""
    sheet = in_a_corner(image)
    for left, top in ((30, 1050), (20, 30), (700, 900)):
        sheet.paste("black", (left, top, left + 7, top + 6))
    return sheet


def with_a_dark_edge(image: Image.Image) -> Image.Image:
    """As a scanner leaves it where the sheet did not lie close."""
    sheet = in_a_corner(image)
    sheet.paste("black", (0, 0, 12, 1100))
    sheet.paste("#333", (300, 1085, 1600, 1100))
    return sheet


GUISES: list[Callable[[Image.Image], Image.Image]] = [
    ImageOps.invert, on_yellow, in_red, in_yellow, transparent, white_on_nothing, in_a_corner, pale, speckled, dusty,
    with_a_dark_edge,
]  # fmt: skip


@pytest.mark.parametrize("guise", GUISES, ids=lambda guise: guise.__name__)
def test_whatever_it_was_it_is_the_same_dark_lines_on_white(guise: Callable[[Image.Image], Image.Image]) -> None:
    plain = read_sketch(house(), SIZE)
    assert plain.shape == (3, SIZE, SIZE)
    assert plain.dtype == torch.uint8
    assert plain.float().mean() > 150  # white paper
    assert plain.min() == 0  # black lines
    assert apart(read_sketch(guise(house()), SIZE), plain) < 0.02
    assert apart(plain, read_sketch(ImageOps.mirror(house()), SIZE)) > 0.04  # which other drawings are not


def test_it_stands_in_the_middle_with_its_margin() -> None:
    ink = read_sketch(in_a_corner(house()), 100)[0] < 128
    rows, columns = (torch.nonzero(ink.any(dim=axis)).flatten() for axis in (1, 0))
    assert abs(int(columns[0]) - 100 * MARGIN) <= 1
    assert abs(int(columns[-1]) - (100 - 100 * MARGIN)) <= 1
    assert abs(int(rows[0]) + int(rows[-1]) - 99) <= 1


def test_a_large_sheet_keeps_its_thin_lines_dark() -> None:
    thin = house(3000, 3)
    faded = torch.from_numpy(np.array(thin.resize((SIZE, SIZE), Image.Resampling.BOX)))
    assert faded.min() > 200
    kept = read_sketch(thin, SIZE)
    assert kept.min() == 0
    assert (kept < 128).float().mean() > 0.5 * (read_sketch(house(), SIZE) < 128).float().mean()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_however_the_camera_was_held(orientation: int, tmp_path: Path) -> None:
    upright = ImageOps.exif_transpose
    exif = Image.Exif()
    exif[0x0112] = orientation
    house().save(tmp_path / "held.png", exif=exif)
    with Image.open(tmp_path / "held.png") as held:
        want = upright(held).convert("RGB")
    assert torch.equal(read_sketch(tmp_path / "held.png", SIZE), read_sketch(want, SIZE))
    assert apart(read_sketch(tmp_path / "held.png", SIZE), read_sketch(house(), SIZE)) > 0.04 or orientation == 1


def test_files_pictures_arrays_and_tensors_are_one(tmp_path: Path) -> None:
    image = house()
    image.save(tmp_path / "house.png")
    array = np.asarray(image)
    want = read_sketch(image, SIZE)
    for same in (
        tmp_path / "house.png", str(tmp_path / "house.png"), array, array[..., :1], array[..., 0], array / 255.0,
        array[..., 0] > 128, torch.from_numpy(array.copy()).permute(2, 0, 1), torch.from_numpy(array[..., 0].copy()),
    ):  # fmt: skip
        assert torch.equal(read_sketch(same, SIZE), want)


@pytest.mark.parametrize(
    ("sheet", "what"),
    [
        (Image.new("RGB", (200, 200), "white"), "nothing is drawn on it"),
        (Image.new("L", (200, 200), 0), "nothing is drawn on it"),
        (Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "nothing is drawn on it"),
        (speckled(Image.new("RGB", (200, 200), "white")), "nothing is drawn on it"),
        (Image.new("RGB", (9, 400), "white"), f"too small: {SMALLEST} pixels a side are needed; got \\(9, 400\\)"),
    ],
)
def test_what_can_not_be_searched_by_is_said(sheet: Image.Image, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        read_sketch(sheet, SIZE)


def test_pieces_of_a_drawing_stay_together() -> None:
    """Dashes, a dot for an eye, and a small thing beside a large one."""
    sheet = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(sheet)
    for left in range(60, 540, 30):
        draw.line([(left, 300), (left + 14, 300)], fill="black", width=4)
    draw.ellipse([240, 240, 248, 248], fill="black")
    draw.rectangle([280, 340, 300, 380], outline="black", width=4)
    ink = read_sketch(sheet, 100)[0] < 160
    columns = torch.nonzero(ink.any(dim=0)).flatten()
    assert int(columns[-1] - columns[0]) >= 100 * (1 - 2 * MARGIN) - 4  # all dashes, from end to end
    rows = torch.nonzero(ink.any(dim=1)).flatten()
    assert int(rows[-1] - rows[0]) >= 100 * (1 - 2 * MARGIN) * 140 / 480 - 4  # from the dot to the rectangle's foot


def test_a_line_along_the_edge_is_a_drawing_if_it_is_all_there_is() -> None:
    sheet = Image.new("RGB", (300, 300), "white")
    sheet.paste("black", (0, 40, 4, 260))
    assert (read_sketch(sheet, SIZE) < 128).any()


def test_a_long_strip_does_not_fill_the_memory() -> None:
    sheet = Image.new("L", (30_000, 40), 255)
    sheet.paste(0, (10, 18, 29_990, 24))
    assert (read_sketch(sheet, SIZE) < 128).any()


def test_a_spot_is_no_drawing() -> None:
    sheet = Image.new("RGB", (500, 300), "white")
    sheet.paste("black", (100, 100, 106, 106))
    with pytest.raises(ValueError, match="the sketch can't be searched by: there is only a spot on it"):
        read_sketch(sheet, SIZE)
    sheet.paste("black", (100, 100, 102, 160))
    assert (read_sketch(sheet, SIZE) < 128).any()


def test_a_file_is_named(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), "white").save(tmp_path / "blank.png")
    with pytest.raises(ValueError, match=r"the sketch .*blank\.png can't be searched by: nothing"):
        read_sketch(tmp_path / "blank.png", SIZE)
    with pytest.raises(FileNotFoundError, match=r"there is no picture .*absent\.png"):
        read_sketch(tmp_path / "absent.png", SIZE)
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(ValueError, match=r"notes\.txt can't be decoded"):
        read_sketch(tmp_path / "notes.txt", SIZE)
    house().save(tmp_path / "whole.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:300])
    with pytest.raises(ValueError, match=r"cut\.png can't be decoded"):
        read_sketch(tmp_path / "cut.png", SIZE)


def test_a_huge_one_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house().save(tmp_path / "huge.png")
    for most in (100_000, 10_000):  # Pillow warns of one, and refuses the other
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
        with pytest.raises(ValueError, match=rf"huge\.png is too large: {most:,} pixels at most"):
            read_sketch(tmp_path / "huge.png", SIZE)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((40, 40), dtype=np.int32), np.full((40, 40), 3.0), np.zeros((40, 40, 2), dtype=np.uint8),
        np.zeros(40, dtype=np.uint8), torch.zeros(40, 40, 3, dtype=torch.uint8), np.full((40, 40), np.nan),
    ],
)  # fmt: skip
def test_other_pixels_are_refused(pixels: np.ndarray | Tensor) -> None:
    with pytest.raises(ValueError, match=r"a picture's pixels are \(h, w\) or"):
        read_sketch(pixels, SIZE)


def test_other_things_are_refused() -> None:
    with pytest.raises(TypeError, match="a picture is a file, a PIL image, an array or a tensor; got a int"):
        read_sketch(3, SIZE)  # type: ignore[arg-type]


def test_strokes_are_drawn_in_the_middle_wherever_they_were() -> None:
    way = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    want = draw_strokes([way], SIZE)
    assert want.shape == (3, SIZE, SIZE)
    assert want.min() < 60
    assert torch.equal(draw_strokes([way * 300 + 77, np.zeros((0, 2))], SIZE), want)
    corner = want[0, round(SIZE * (1 - MARGIN)), round(SIZE * MARGIN)]
    assert corner < 128
    assert want[0, round(SIZE * MARGIN), round(SIZE * (1 - MARGIN))] == 255


def test_strokes_and_their_picture_read_alike() -> None:
    turns = np.linspace(0, 2 * np.pi, 60)
    way = np.stack([0.5 + 0.4 * np.cos(turns), 0.5 + 0.3 * np.sin(turns)], axis=1)
    assert apart(read_sketch(draw_strokes([way], 400), SIZE), draw_strokes([way], SIZE)) < 0.06


def test_strokes_that_are_none_are_refused() -> None:
    for nothing in ([], [np.zeros((0, 2))]):
        with pytest.raises(ValueError, match="nothing is drawn on it"):
            draw_strokes(nothing, SIZE)
    with pytest.raises(ValueError, match=r"a stroke is an array of points \(n, 2\); got \[\(2, 3\)\]"):
        draw_strokes([np.zeros((2, 3))], SIZE)
    with pytest.raises(ValueError, match="a stroke is an array of points"):
        draw_strokes([np.full((2, 2), np.nan)], SIZE)


def test_a_photo_is_the_same_from_a_file_and_from_memory(tmp_path: Path) -> None:
    layer = white_on_nothing(house(96))
    layer.save(tmp_path / "layer.png")
    assert torch.equal(read_photo(tmp_path / "layer.png", 32), read_photo(layer, 32))
    assert read_photo(Image.new("RGB", (9, 9), "red"), 32).shape == (3, 32, 32)


def test_a_photo_is_its_middle_in_colour() -> None:
    photo = Image.new("RGB", (120, 60), "blue")
    photo.paste("red", (30, 0, 90, 60))
    for size in (60, 24):
        pixels = read_photo(photo, size)
        assert pixels.shape == (3, size, size)
        assert (pixels == torch.tensor([255, 0, 0], dtype=torch.uint8)[:, None, None]).all()

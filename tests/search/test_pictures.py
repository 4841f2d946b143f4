from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sbirlib.data.reading import read_photo, read_sketch
from sbirlib.embedding import embed, embed_pixels
from sbirlib.search import pictures as module
from sbirlib.search.pictures import Shown, embedded, file_of, several
from tests.data.small import images
from tests.search.small import Greys


def drawing() -> Image.Image:
    pixels = np.full((40, 40), 255, dtype=np.uint8)
    pixels[10:30, 18:22] = 0
    return Image.fromarray(pixels)


def test_one_picture_is_told_from_several() -> None:
    one = ["a.jpg", drawing(), torch.zeros(3, 8, 8), np.zeros((8, 8, 3)), Path("a")]
    assert not any(map(several, one))
    assert all(map(several, [["a.jpg"], (), torch.zeros(1, 3, 8, 8), np.zeros((2, 8, 8, 3)), images("photo")]))


def test_sketches_and_photos_are_read_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    model = Greys()
    drawing().save(tmp_path / "d.png")
    given = [drawing(), str(tmp_path / "d.png"), tmp_path / "d.png"]
    for modality, read in (("sketch", read_sketch), ("photo", read_photo)):
        found = embedded(model, given, modality)
        expected = embed_pixels(model, read(drawing(), model.size)[None], modality)
        assert torch.allclose(found, expected.expand(3, -1))
    assert not torch.allclose(embedded(model, given, "sketch"), embedded(model, given, "photo"))  # it is cut out


def test_a_set_is_embedded_as_ever_and_of_one_modality() -> None:
    model = Greys()
    assert torch.equal(embedded(model, images("photo"), "photo"), embed(model, images("photo")))
    with pytest.raises(ValueError, match=r"^sketch= takes sketches; these are 60 photos of 6 classes: photo=...$"):
        embedded(model, images("photo"), "sketch")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    blank = Image.new("L", (40, 40), 255)
    with pytest.raises(ValueError, match=r"^sketch 1: .*nothing is drawn"):
        embedded(Greys(), [drawing(), blank], "sketch")
    with pytest.raises(FileNotFoundError, match=r"^photo 0: .*none.png"):
        embedded(Greys(), [tmp_path / "none.png"], "photo")
    with pytest.raises(TypeError, match=r"^photo 0: .*got a int"):
        embedded(Greys(), [3], "photo")  # type: ignore[list-item]


def test_files_have_a_path() -> None:
    assert file_of(Path("a") / "b.jpg") == str(Path("a") / "b.jpg")
    assert file_of(drawing()) is None


def test_pictures_are_found_in_the_set_they_came_from_or_in_their_file(tmp_path: Path) -> None:
    shown, photos = Shown(), images("photo")
    shown.remember(5, photos.take(slice(0, 10)))
    shown.remember(20, photos.take(slice(30, 40)))
    greys = {row: shown.picture(row, {}, 12) for row in (4, 5, 14, 15, 20, 29, 30)}
    assert [row for row, picture in greys.items() if picture is None] == [4, 15, 30]
    found = {row: picture.getpixel((0, 0))[0] for row, picture in greys.items() if picture is not None}  # type: ignore[index]
    assert found == {5: 0, 14: 9, 20: 30, 29: 39}
    file = tmp_path / "wide.png"
    Image.new("RGB", (100, 50), (1, 2, 3)).save(file)
    picture = shown.picture(0, {"file": str(file)}, 20)
    assert picture is not None
    assert (picture.size, picture.getpixel((0, 0))) == ((20, 10), (1, 2, 3))
    file.write_bytes(b"no picture")
    assert shown.picture(0, {"file": str(file)}, 20) is None
    assert shown.picture(0, {"file": "gone.png"}, 20) is None
    assert shown.picture(0, {"file": 3}, 20) is None

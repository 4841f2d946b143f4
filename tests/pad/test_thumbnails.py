from __future__ import annotations

import io

import pytest
from PIL import Image

from sbirlib.pad.thumbnails import Thumbnails
from tests.pad.standin import Found


def test_each_photo_is_drawn_and_sent_once() -> None:
    cat, owl, cow = Found("cat/1"), Found("owl/1"), Found("cow/1")
    thumbnails = Thumbnails()
    keys, made = thumbnails.new([cat, owl])
    assert keys == ["cat/1", "owl/1"]
    image = Image.open(io.BytesIO(made[0]))
    assert (image.format, image.size) == ("JPEG", (96, 96))
    assert image.getpixel((48, 48)) == (90, 90, 90)
    assert thumbnails.new([owl, cow])[0] == ["cow/1"]
    assert thumbnails.new([cow, owl, cat]) == ([], [])
    assert (cat.drawn, owl.drawn, cow.drawn) == (1, 1, 1)


def test_one_that_comes_twice_is_sent_once_and_all_again_to_who_has_none() -> None:
    thumbnails = Thumbnails()
    assert thumbnails.new([Found("cat/1"), Found("cat/1")])[0] == ["cat/1"]
    thumbnails.forget()
    assert thumbnails.new([Found("cat/1")])[0] == ["cat/1"]


def test_what_could_not_be_drawn_is_not_taken_for_sent() -> None:
    class Broken(Found):
        def picture(self, size: int) -> Image.Image:
            raise OSError("gone")

    thumbnails = Thumbnails()
    with pytest.raises(OSError, match="gone"):
        thumbnails.new([Found("cat/1"), Broken("owl/1")])
    assert thumbnails.new([Found("cat/1"), Found("owl/1")])[0] == ["cat/1", "owl/1"]


def test_a_photo_that_is_not_there_any_more_is_a_grey_square() -> None:
    class Gone(Found):
        def picture(self, size: int) -> None:  # type: ignore[override]
            return None

    [made] = Thumbnails().new([Gone("cat/1")])[1]
    assert Image.open(io.BytesIO(made)).size == (96, 96)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from sbirlib.data.imageset import phrase, word
from tests.data.small import CLASSES, images


def test_pixels_are_the_rows_pictures() -> None:
    photos = images("photo")
    pixels = photos.pixels([3, 59])
    assert pixels.shape == (2, 3, 8, 8)
    assert pixels.dtype == torch.uint8
    assert pixels[:, 0, 0, 0].tolist() == [3, 59]
    assert photos.pixels(size=4).shape == (60, 3, 4, 4)


@pytest.mark.parametrize(
    "which", [[12, 5], np.array([12, 5]), torch.tensor([12, 5]), slice(12, 4, -7), [False] * 5 + [True] + [False] * 54]
)
def test_a_part_keeps_everything_together(which: object) -> None:
    photos = images("photo")
    part = photos.take(which)  # type: ignore[arg-type]
    rows = [12, 5] if len(part) == 2 else [5]
    assert part.pixels()[:, 0, 0, 0].tolist() == rows
    assert part.keys == [photos.keys[row] for row in rows]
    assert part.labels.tolist() == [int(photos.labels[row]) for row in rows]
    assert part.roles.tolist() == [int(photos.roles[row]) for row in rows]
    assert part.items.instances is not None
    assert part.items.instances.tolist() == [int(photos.labels[row]) * 100 + row % 10 for row in rows]
    assert part.pictures is photos.pictures


def test_a_part_of_a_part_counts_from_the_part() -> None:
    photos = images("photo").take(slice(10, 30)).take([0, 19])
    assert photos.pixels()[:, 0, 0, 0].tolist() == [10, 29]
    assert np.asarray(photos[1])[0, 0].tolist() == [29, 29, 29]


def test_one_picture_is_to_be_looked_at() -> None:
    photos = images("photo")
    assert photos[-1].size == (224, 224)
    assert photos.picture(0, 32).size == (32, 32)
    assert len(list(photos.take([1, 2]))) == 2
    with pytest.raises(TypeError, match=r"one picture by its number was expected; \.take"):
        photos[0:3]  # type: ignore[index]
    assert photos.take(3).keys == [photos.keys[3]]  # type: ignore[arg-type]
    assert photos.take([1, 2]).id == photos.take([1, 2]).id != photos.take([2, 1]).id
    with pytest.raises(IndexError, match="60 photos; got 60"):
        photos[60]


def test_names_labels_and_classes_agree() -> None:
    photos = images("photo")
    assert photos.names[25] == CLASSES[2]
    assert {label: len(rows) for label, rows in photos.of_class.items()} == dict.fromkeys(range(6), 10)
    assert repr(images("sketch").take([0])) == "1 sketches of 1 classes"


def test_a_caption_nobody_wrote_is_the_class() -> None:
    assert images("sketch").caption(41) == "a sketch of an owl"
    assert images("photo").captions()[0] == "a photo of a bat"
    assert phrase("photo", "bat (animal)") == "a photo of a bat"
    assert word("hot-air_balloon") == "hot-air balloon"
    assert images("photo").attributes(0) == {}


def test_what_nobody_kept_is_an_error_that_names_the_picture() -> None:
    sketches = images("sketch")
    with pytest.raises(ValueError, match="pixels only: nobody kept the strokes of bat/0-0"):
        sketches.strokes(0)
    with pytest.raises(ValueError, match="nobody marked the parts of bat/1-0"):
        sketches.parts(1)


def test_a_set_that_does_not_fit_together_is_refused() -> None:
    photos = images("photo")
    with pytest.raises(ValueError, match="sketch or photo; got 'painting'"):
        replace(photos, modality="painting")
    with pytest.raises(ValueError, match="roles has one entry an item, 60; got 3"):
        replace(photos, roles=np.zeros(3, dtype=np.int64))


def test_keep_gives_the_set_back() -> None:
    photos = images("photo")
    assert photos.keep(4) is photos
    assert photos.pictures.kept(4) is not None

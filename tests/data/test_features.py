from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from sbirlib.data.features import Features
from sbirlib.data.pictures import Joined
from tests.data.small import Numbered, images

ROWS = np.array([7, 2, 5])


def features(rows: np.ndarray = ROWS, count: int = 9) -> Features:
    """Of picture r: [r, -r]."""
    return Features(Numbered(count), rows, np.stack([rows, -rows], axis=1).astype(np.float32), "net")


def test_each_picture_has_its_own() -> None:
    assert features().tensors(np.array([2, 7, 2]), 64).tolist() == [[2, -2], [7, -7], [2, -2]]
    assert features().tensors(np.zeros(0, dtype=np.int64), 64).shape == (0, 2)


def test_a_picture_that_was_not_looked_at_has_none() -> None:
    with pytest.raises(ValueError, match="the network has not looked at picture 3"):
        features().tensors(np.array([2, 3]), 64)
    with pytest.raises(ValueError, match="one row a picture, 2; got 3"):
        Features(Numbered(9), ROWS[:2], np.zeros((3, 2), dtype=np.float32), "net")


def test_what_is_known_of_the_pictures_is_still_known() -> None:
    photos = images("photo")
    shown, own = photos.pictures, Features(photos.pictures, photos.rows, np.zeros((60, 2), np.float32), "net")
    assert np.array_equal(own.draw(ROWS, 8), shown.draw(ROWS, 8))
    assert own.picture(5, 8).getpixel((0, 0)) == (5, 5, 5)
    assert own.identity(5) == shown.identity(5)
    assert (own.caption(5, True), own.attributes(5), own.strokes(5), own.parts(5, 8)) == (None, {}, None, None)
    assert len(own) == len(shown)
    own.keep(8)  # and nothing is kept
    assert own.kept(8) is None


def test_what_made_them_is_part_of_what_they_are() -> None:
    one, other = features(), Features(Numbered(9), ROWS, np.zeros((3, 2), np.float32), "another net")
    assert one.id != other.id != Numbered(9).id


def test_they_travel_to_other_processes_as_a_file(tmp_path: Path) -> None:
    values = np.arange(3000, dtype=np.float32).reshape(3, 1000)
    np.save(tmp_path / "rows.npy", values)
    mapped = Features(Numbered(9), ROWS, np.load(tmp_path / "rows.npy", mmap_mode="c"), "net")
    sent = pickle.dumps(mapped)
    assert len(sent) < 3000
    for own in (pickle.loads(sent), pickle.loads(pickle.dumps(features()))):
        assert torch.equal(own.tensors(ROWS, 8)[:, 0], torch.from_numpy(own.values[:, 0]))
    assert np.array_equal(pickle.loads(sent).values, values)


def test_features_are_joined_with_features_only() -> None:
    joined = Joined([features(), features(np.array([1, 0]), 4)])
    assert joined.tensors(np.array([10, 7, 9]), 8).tolist() == [[1, -1], [7, -7], [0, 0]]
    with pytest.raises(ValueError, match="features and pictures were joined"):
        Joined([features(), Numbered(4)])

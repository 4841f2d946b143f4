from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from sbirlib.data.pictures import Joined, Pictures
from tests.data.small import Numbered


def test_what_is_kept_is_drawn_once_and_looks_the_same() -> None:
    pictures = Numbered(300)
    before = pictures.pixels(np.array([7, 299, 7]), 4)
    pictures.keep(4)
    drawn = pictures.drawn
    assert np.array_equal(pictures.pixels(np.array([7, 299, 7]), 4), before)
    assert pictures.drawn == drawn
    again = Numbered(300)
    again.keep(4)  # another run opens the same map
    assert np.array_equal(again.pixels(np.array([7, 299, 7]), 4), before)
    assert again.drawn == 0


def test_other_sizes_are_still_drawn() -> None:
    pictures = Numbered(3)
    pictures.keep(4)
    assert pictures.pixels(np.array([2]), 6).shape == (1, 6, 6, 3)


def test_the_map_is_a_file_and_not_memory(build: Path) -> None:
    pictures = Numbered(5)
    pictures.keep(4)
    assert isinstance(pictures.kept(4), np.memmap)
    assert len(list((build / "artifacts").glob("pixels-*/pixels.npy"))) == 1
    assert pictures.kept(8) is None


def test_another_process_gets_the_map_and_not_its_bytes() -> None:
    pictures = Numbered(2000)
    pictures.keep(8)
    sent = pickle.dumps(pictures)
    assert len(sent) < 2000
    arrived = pickle.loads(sent)
    assert np.array_equal(arrived.pixels(np.array([201]), 8), pictures.pixels(np.array([201]), 8))
    assert arrived.drawn == pictures.drawn


def test_other_pictures_never_share_a_map() -> None:
    first, second = Numbered(5, "a"), Numbered(5, "b")
    first.keep(4)
    second.keep(4)
    assert second.drawn == 5


def test_joined_ones_come_in_the_order_asked_for() -> None:
    joined = Joined([Numbered(3), Numbered(4)])
    assert len(joined) == 7
    rows = np.array([6, 0, 3, 2])
    assert joined.pixels(rows, 2)[:, 0, 0, 0].tolist() == [3, 0, 0, 2]
    assert np.asarray(joined.picture(4, 2))[0, 0, 0] == 1
    assert (joined.caption(4, False), joined.strokes(4), joined.parts(4, 8)) == (None, None, None)
    assert joined.attributes(4) == {}


def test_a_subclass_says_how_it_draws() -> None:
    with pytest.raises(NotImplementedError):
        Pictures().draw(np.array([0]), 4)

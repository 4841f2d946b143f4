from __future__ import annotations

import errno
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_copies import write

from sbirlib.data.layouts.decode import decode
from sbirlib.data.layouts.files import FilePictures, together


def pictures(root: Path, n: int = 7, **how: Any) -> FilePictures:
    paths = [f"{number}.png" for number in range(n)]
    for path in paths:
        write(root / path)
    found = [(root / path).stat() for path in paths]
    lengths, modified = (np.array([getattr(one, what) for one in found]) for what in ("st_size", "st_mtime_ns"))
    return FilePictures(root, paths, np.arange(n, dtype=np.uint64), lengths=lengths, modified=modified, **how)


def test_rows_come_in_the_order_asked_for(tmp_path: Path) -> None:
    some = pictures(tmp_path)
    rows = np.array([4, 0, 6, 4])
    assert np.array_equal(some.draw(rows, 5), [decode(tmp_path / f"{row}.png", 5) for row in rows])


def test_what_is_kept_is_what_is_decoded_and_needs_no_files(tmp_path: Path) -> None:
    some = pictures(tmp_path)
    before = some.pixels(np.arange(7), 6)
    some.keep(6)
    for file in tmp_path.glob("*.png"):
        file.unlink()
    assert np.array_equal(some.pixels(np.arange(7), 6), before)
    assert np.array_equal(pickle.loads(pickle.dumps(some)).pixels(np.array([3]), 6), before[3:4])
    with pytest.raises(FileNotFoundError, match=r"0\.png"):
        some.pixels(np.arange(7), 5)


def test_another_fit_is_another_cache(tmp_path: Path) -> None:
    ids = {pictures(tmp_path, fit=fit).id for fit in ("crop", "squash", "pad")}
    ids |= {pictures(tmp_path, pad=0).id, pictures(tmp_path, n=3).id}
    assert len(ids) == 5
    assert pictures(tmp_path).id in ids


def test_an_unknown_fit_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fitted by crop, squash, pad; got 'stretch'"):
        pictures(tmp_path, fit="stretch")


def test_a_bad_picture_in_a_batch_is_named(tmp_path: Path) -> None:
    some = pictures(tmp_path)
    cut = tmp_path / "5.png"
    cut.write_bytes(cut.read_bytes()[:45])
    with pytest.raises(ValueError, match=r"5\.png was changed after it was indexed"):
        some.draw(np.arange(7), 8)
    some.lengths[5], some.modified[5] = cut.stat().st_size, cut.stat().st_mtime_ns
    with pytest.raises(ValueError, match=r"5\.png can't be decoded"):
        some.draw(np.arange(7), 8)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_read_only_cache_is_said_and_pictures_are_decoded_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def closed(*_: object, **__: object) -> Path:
        raise OSError(number, "no", "/cache/pixels")

    some = pictures(tmp_path)
    monkeypatch.setattr("sbirlib.runs.artifacts.artifact", closed)
    with pytest.warns(UserWarning, match="photos are made anew each time: nothing can be kept in"):
        some.keep(8, "photos")
    assert some.pixels(np.arange(2), 8).shape == (2, 8, 8, 3)


@pytest.mark.parametrize("count", [0, 1, 3, 50])
def test_work_in_threads_is_done_once_each(count: int) -> None:
    done: list[int] = []
    together(done.append, count)
    assert sorted(done) == list(range(count))

from __future__ import annotations

from pathlib import Path

import pytest

import sbirlib as sb


@pytest.mark.parametrize("asked", [{"size": 0}, {"per_class": 0}])
def test_numbers_below_one_are_refused(folder: Path, asked: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="is a number from 1 up; got 0"):
        sb.data.load("folder", root=folder, **asked)  # type: ignore[arg-type]


def test_an_unknown_gallery_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"a gallery is one of full, extend, .*; got 'everything'"):
        sb.data.load("folder", root=folder, gallery="everything")


def test_photos_are_padded_with_black_and_sketches_with_paper(folder: Path) -> None:
    bench = sb.data.load("folder", root=folder, size=10, fit="pad")  # pictures are 10 x 8
    assert (bench.sketches.pixels()[:, :, 0] == 255).all()
    assert (bench.photos.pixels()[:, :, 0] == 0).all()


def test_nothing_to_load_is_said(tmp_path: Path) -> None:
    (tmp_path / "photo").mkdir()
    with pytest.raises(ValueError, match="there is no class of a folder of your own to load"):
        sb.data.load("folder", root=tmp_path)

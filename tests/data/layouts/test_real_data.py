"""The layouts on real sketches and photos, where a machine has them (`SBIR_DATA`)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import sbirlib as sb
from sbirlib.data.layouts.check import check

DATA = Path(os.environ.get("SBIR_DATA", ""))
pytestmark = pytest.mark.skipif(
    "SBIR_DATA" not in os.environ or not DATA.is_dir(), reason="SBIR_DATA names no folder of real sketches and photos"
)


def linked(tmp_path: Path, name: str) -> Path:
    """The collection as links, so that nothing is ever written beside it."""
    if not (DATA / name).is_dir():
        pytest.skip(f"SBIR_DATA has no {name}")
    for entry in (DATA / name).iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "classes", "sketches", "photos"), [("quickdraw-tiny", 69, 1664, 6892), ("pacs", 7, 1240, 1247)]
)
def test_folders_are_read_whole(tmp_path: Path, name: str, classes: int, sketches: int, photos: int) -> None:
    root = linked(tmp_path, name)
    bench = sb.data.load("folder", root=root, size=32)
    assert (len(bench.classes), len(bench.sketches), len(bench.photos)) == (classes, sketches, photos)
    paper, photo = (images.pixels(range(0, 1200, 12)).float().mean() for images in (bench.sketches, bench.photos))
    assert paper > 200 > photo > 60
    assert check(root).wrong == []


def test_the_sensible_split_of_quickdraw_tiny_is_the_default(tmp_path: Path) -> None:
    """As its README counts it."""
    bench = sb.data.load("folder", root=linked(tmp_path, "quickdraw-tiny"))
    assert len(bench.unseen.classes) == 23
    assert (len(bench.unseen.sketches), len(bench.unseen.photos)) == (505, 2298)


def test_strokes_are_read_and_drawn(tmp_path: Path) -> None:
    bench = sb.data.load("strokes", root=linked(tmp_path, "quickdraw-strokes"), per_class=3)
    assert len(bench.classes) == 345
    assert np.bincount(bench.sketches.labels.numpy()).tolist() == [3] * 345
    black = (255 - bench.sketches.pixels(range(0, 1035, 20)).float()).mean(dim=(1, 2, 3)) / 255
    assert 0.01 < black.min() < black.max() < 0.35

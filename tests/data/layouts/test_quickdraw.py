from __future__ import annotations

from pathlib import Path

import sbirlib as sb
from sbirlib.data.splits import split


def test_the_halves_agree_in_spite_of_their_names(quickdraw: Path) -> None:
    bench = sb.data.load("quickdraw", root=quickdraw)
    assert bench.split == "quickdraw/dey"
    assert set(bench.classes) == {*split("quickdraw/dey").seen, *split("quickdraw/dey").unseen}
    for images in (bench.sketches, bench.photos):
        assert images.labels.bincount().tolist() == [3] * 110  # jpg, jpeg and png
    assert {"eiffel tower", "palm tree"} <= set(bench.photos.names)


def test_the_unseen_palm_tree_is_not_trained_on(quickdraw: Path) -> None:
    bench = sb.data.load("quickdraw", root=quickdraw, split="dey")
    assert "palm tree" in bench.unseen.classes
    assert "palm tree" not in {*bench.train.sketches.names, *bench.train.photos.names}
    assert not any("palm" in key for key in (*bench.train.sketches.keys, *bench.train.photos.keys))

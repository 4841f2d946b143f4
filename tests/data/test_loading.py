from __future__ import annotations

from pathlib import Path

import pytest

import sbirlib as sb
from sbirlib.data.loading import FROM_DISK


def test_the_world_is_the_default_and_splits_go_by_either_name() -> None:
    assert sb.load(per_class=1).split == "world/mixed"
    assert sb.load("world", split="world/hard", per_class=1).split == "world/hard"


def test_what_the_world_has_not_is_said() -> None:
    with pytest.raises(ValueError, match="needs no files: root is for sketchy, tuberlin, quickdraw, folder"):
        sb.load("world", root=".")
    with pytest.raises(ValueError, match="fit and skip are for data from disk"):
        sb.load("world", fit="pad")
    with pytest.raises(ValueError, match="has one gallery, full; got 'extend'"):
        sb.load("world", gallery="extend")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="one of world, sketchy, tuberlin, quickdraw, folder, strokes; got 'imagenet'"):
        sb.load("imagenet")


@pytest.mark.parametrize("name", FROM_DISK)
def test_data_from_disk_need_a_root(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{name} lies on your disk"):
        sb.load(name)
    with pytest.raises((ValueError, FileNotFoundError), match="nowhere"):
        sb.load(name, root=tmp_path / "nowhere")

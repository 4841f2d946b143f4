from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

import sbirlib as sb
from sbirlib.models.contract import Model
from sbirlib.search import folder
from sbirlib.search.folder import index_folder
from tests.logs import log_of


class Colour(Model):
    """A picture's mean colour, turned."""

    def __init__(self, turn: float = 0.0) -> None:
        super().__init__(size=16)
        self.turn = nn.Parameter(torch.tensor(turn))

    def embed(self, images: Tensor, modality: str) -> Tensor:
        log_of(self).append(len(images))
        return nn.functional.normalize(images.float().mean((2, 3)) + self.turn + 1, dim=1)


COLOURS = {"red.png": (250, 10, 10), "deep/er/green.JPG": (10, 250, 10), "deep/blue.webp": (10, 10, 250)}


def photo(file: Path, colour: tuple[int, int, int]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 30), colour).save(file)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, colour in COLOURS.items():
        photo(tmp_path / "photos" / name, colour)
    (tmp_path / "photos" / "notes.txt").write_text("no photo")
    photo(tmp_path / "photos" / ".hidden" / "black.png", (0, 0, 0))
    photo(tmp_path / "photos" / ".thumb.png", (0, 0, 0))
    return tmp_path / "photos"


def found(indexed: folder.Indexed, colour: tuple[int, int, int]) -> str:
    hit = indexed.gallery.search(photo=Image.new("RGB", (20, 20), colour), k=1)[0]
    assert (Path(hit.metadata["file"])).is_file()
    assert hit.metadata["file"].endswith(hit.key)
    return str(hit.key)


def test_photos_at_any_depth_are_found_by_their_paths(root: Path) -> None:
    indexed = index_folder(Colour(), root)
    assert (len(indexed.gallery), indexed.new, indexed.skipped) == (3, 3, ())
    for name, colour in COLOURS.items():
        assert found(indexed, colour) == name


def test_only_what_is_new_is_embedded(root: Path) -> None:
    index_folder(Colour(), root)
    again = Colour()
    assert index_folder(again, root).new == 0
    assert log_of(again) == []
    photo(root / "yellow.png", (250, 250, 10))
    (root / "red.png").unlink()
    photo(root / "deep" / "blue.webp", (10, 250, 250))  # another picture under the old name
    os.utime(root / "deep" / "blue.webp", ns=(time.time_ns(), time.time_ns() + 10**9))
    changed = index_folder(again, root)
    assert (changed.new, log_of(again)) == (2, [2])
    assert len(changed.gallery) == 3
    assert found(changed, (10, 250, 250)) == "deep/blue.webp"
    assert found(changed, (250, 250, 10)) == "yellow.png"
    assert found(changed, (10, 250, 10)) == "deep/er/green.JPG"
    assert index_folder(again, root).new == 0


def test_each_model_has_an_index_of_its_own(root: Path) -> None:
    one, other = index_folder(Colour(), root), index_folder(Colour(turn=0.5), root)
    assert (other.new, one.index == other.index) == (3, False)
    assert index_folder(Colour(), root).new == 0


def test_what_is_no_picture_is_skipped_and_named(root: Path) -> None:
    (root / "broken.png").write_bytes((root / "red.png").read_bytes()[:40])
    (root / "empty.jpg").write_bytes(b"")
    indexed = index_folder(Colour(), root)
    assert len(indexed.gallery) == 3
    assert [Path(line.split(" can't be decoded")[0]).name for line in indexed.skipped] == ["broken.png", "empty.jpg"]
    assert index_folder(Colour(), root).skipped == indexed.skipped  # said again: they may have been mended


def test_an_index_that_was_damaged_is_made_again(root: Path) -> None:
    file = index_folder(Colour(), root).index
    for content in (file.read_bytes()[:-7], b"", b"scribbled"):
        file.write_bytes(content)
        again = index_folder(Colour(), root)
        assert (again.new, again.index) == (3, file)
        assert found(again, COLOURS["red.png"]) == "red.png"


def test_a_named_file_that_is_no_index_is_left_as_it_is(root: Path, tmp_path: Path) -> None:
    model = Colour()
    own = tmp_path / "own.safetensors"
    sb.Gallery(model).add([root / "red.png"]).save(own)
    before = own.read_bytes()
    with pytest.raises(ValueError, match=r"own\.safetensors is no index of a folder, and is left as it is"):
        index_folder(model, root, own)
    other = index_folder(model, root, tmp_path / "other.safetensors").index
    kept = other.read_bytes()
    with pytest.raises(ValueError, match=r"other\.safetensors is the index of another folder or model \(Colour\)"):
        index_folder(Colour(0.5), root, other)
    shutil.copytree(root, tmp_path / "twin")
    with pytest.raises(ValueError, match="the index of another folder or model"):
        index_folder(model, tmp_path / "twin", other)
    with pytest.raises(ValueError, match=r"an index is a \.safetensors file; got .*index\.db"):
        index_folder(model, root, tmp_path / "index.db")
    assert (own.read_bytes(), other.read_bytes()) == (before, kept)


def test_where_the_folder_is_not_ours_the_index_lies_in_the_build_folder(
    root: Path, build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    index = index_folder(Colour(), root).index
    assert index.is_relative_to(build)
    assert index_folder(Colour(), root).new == 0
    shutil.copytree(root, root.parent / "twin")
    assert index_folder(Colour(), root.parent / "twin").index != index


def test_an_index_that_somebody_else_made_is_read(root: Path, build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = index_folder(Colour(), root).index
    before = made.read_bytes()
    photo(root / "new.png", (250, 250, 10))
    monkeypatch.setattr(os, "access", lambda *_: False)
    reader = index_folder(Colour(), root)
    assert (reader.new, reader.index.is_relative_to(build)) == (1, True)
    assert made.read_bytes() == before
    assert index_folder(Colour(), root).new == 0


def test_changed_code_is_another_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index_folder(Colour(), root)
    assert index_folder(Colour(), root).new == 0
    monkeypatch.setattr(folder, "code_digest", lambda *_: "another decoder")
    assert index_folder(Colour(), root).new == 3


def test_a_run_that_is_killed_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        photo(root / f"{number}.png", (50 * number, 100, 100))
    monkeypatch.setattr(folder, "BLOCK", 2)
    monkeypatch.setattr(folder, "SAVED", 4)
    whole = folder.decoded
    calls: list[int] = []

    def dies(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return whole(*given)

    monkeypatch.setattr(folder, "decoded", dies)
    with pytest.raises(KeyboardInterrupt):
        index_folder(Colour(), root)
    monkeypatch.setattr(folder, "decoded", whole)
    after = index_folder(Colour(), root)
    assert after.new == 4  # of eight: four had been written
    fresh = index_folder(Colour(0.0), root, root.parent / "fresh.safetensors")
    queries = torch.from_numpy(np.eye(3, dtype=np.float32))
    for one, other in zip(after.gallery.search(vector=queries), fresh.gallery.search(vector=queries), strict=True):
        assert one.keys == other.keys
        assert one.scores == other.scores


def test_names_that_are_not_unicode_are_kept(root: Path) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    try:
        photo(root / name, (250, 10, 250))
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert found(index_folder(Colour(), root), (250, 10, 250)) == name
    assert index_folder(Colour(), root).new == 0


def test_folders_that_can_not_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="a folder of photos was expected; got"):
        index_folder(Colour(), tmp_path / "absent")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"there is no photo in .*empty: files that end in \.bmp"):
        index_folder(Colour(), tmp_path / "empty")
    (tmp_path / "empty" / "a.png").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"none of the 1 photos in .* can be decoded: .*a\.png can't be decoded"):
        index_folder(Colour(), tmp_path / "empty")

from __future__ import annotations

from pathlib import Path

import pytest
from small_copies import drawing, write

import sbirlib as sb
from sbirlib.data.layouts.recognise import named, recognise


def test_each_layout_is_recognised(sketchy: Path, tuberlin: Path, quickdraw: Path, folder: Path) -> None:
    roots = {"sketchy": sketchy, "tuberlin": tuberlin, "quickdraw": quickdraw, "folder": folder}
    found = {name: recognise(root) for name, root in roots.items()}
    assert {name: layout.name for name, layout in found.items() if layout} == {name: name for name in roots}


def test_two_collections_with_the_same_rooms_are_told_apart_by_their_classes(tmp_path: Path) -> None:
    for name in ("bear (animal)", "beer-mug", "walkie talkie"):
        write(tmp_path / "berlin" / "sketches" / name / "1.png")
        write(tmp_path / "berlin" / "images" / name / "1.jpg")
    for name in ("palm_tree", "fire_hydrant", "eiffel_tower"):
        write(tmp_path / "quick" / "sketches" / name / "1.png")
        write(tmp_path / "quick" / "images" / name / "1.jpg")
    berlin, quick = recognise(tmp_path / "berlin"), recognise(tmp_path / "quick")
    assert berlin is not None
    assert quick is not None
    assert (berlin.name, quick.name) == ("tuberlin", "quickdraw")
    with pytest.raises(ValueError, match="it looks like QuickDraw-Extended"):
        sb.data.load("tuberlin", root=tmp_path / "quick")


def test_drawings_are_recognised_with_and_without_photos(tmp_path: Path) -> None:
    for place in ("alone", "both/sketch"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "cat.ndjson").write_text(drawing("cat", 1) + "\n")
    write(tmp_path / "both" / "photo" / "cat" / "1.jpg")
    kinds = [[room.kind for room in named("strokes", tmp_path / at).rooms(tmp_path / at)] for at in ("alone", "both")]
    assert kinds == [["sketch"], ["sketch", "photo"]]


def test_a_missing_root_is_said_with_where_the_data_come_from(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"Sketchy was expected in the folder .*nowhere, which is not there"):
        sb.data.load("sketchy", root=tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileNotFoundError, match="which is a file"):
        sb.data.load("folder", root=tmp_path / "file")


def test_another_layout_is_said(folder: Path, sketchy: Path) -> None:
    with pytest.raises(ValueError, match=r"not laid out as Sketchy, which has 256x256.*load\('folder', root=\.\.\.\)"):
        sb.data.load("sketchy", root=folder)
    with pytest.raises(ValueError, match=r"it looks like Sketchy: load\('sketchy', root=\.\.\.\)"):
        sb.data.load("folder", root=sketchy)


def test_an_unknown_layout_is_said_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    with pytest.raises(ValueError, match=r"which has png/<class>.*; it holds music"):
        sb.data.load("tuberlin", root=tmp_path)
    assert recognise(tmp_path) is None

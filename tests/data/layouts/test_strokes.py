from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_copies import drawing, write

import sbirlib as sb
from sbirlib.data.layouts.drawing import PEN
from sbirlib.data.pens import inked


def drawings(folder: Path, *names: str, each: int = 5) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        lines = [drawing(name, number, recognized=number != 2) for number in range(each)]
        (folder / f"{name}.ndjson").write_text("\n".join(lines) + "\n\n")
    return folder


def test_drawings_are_lines_of_their_class_file(tmp_path: Path) -> None:
    bench = sb.data.load("strokes", root=drawings(tmp_path, "hot air", "cat", "The Mona Lisa"), size=16)
    assert bench.classes == ("The Mona Lisa", "cat", "hot air")
    assert len(bench.sketches) == 12  # number 2 was not recognised
    assert len(bench.photos) == 0
    row = list(bench.sketches.keys).index("cat/3")
    way, dot = bench.sketches.strokes(row)
    assert way.shape == (3, 2)
    assert dot.shape == (1, 2)
    assert np.concatenate([way, dot]).min() == pytest.approx(0.05)
    assert np.array_equal(bench.sketches.pixels([row])[0, 0], inked([way, dot], 16, PEN)[..., 0])


def test_strokes_stay_a_selections_own(tmp_path: Path) -> None:
    bench = sb.data.load("strokes", root=drawings(tmp_path, "ant", "bee", "cat"), per_class=2)
    assert np.bincount(bench.sketches.labels.numpy()).tolist() == [2, 2, 2]
    whole = sb.data.load("strokes", root=tmp_path).sketches
    for number, key in enumerate(bench.sketches.keys):
        again = whole.strokes(list(whole.keys).index(key))
        assert np.array_equal(again[0], bench.sketches.strokes(number)[0])


def test_photos_may_stand_beside_them(tmp_path: Path) -> None:
    drawings(tmp_path / "sketch", "hot air", "cat")
    for name in ("hot_air", "cat"):
        write(tmp_path / "photo" / name / "1.jpg")
    bench = sb.data.load("strokes", root=tmp_path)
    assert (bench.classes, bench.split) == (("cat", "hot air"), "folder/thirds")
    assert (len(bench.sketches), len(bench.photos)) == (8, 2)
    with pytest.raises(ValueError, match="these photos are pixels only"):
        bench.photos.strokes(0)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    drawings(tmp_path, "ant", "cat")
    before = sb.data.load("strokes", root=tmp_path)
    with open(tmp_path / "cat.ndjson", "a") as file:
        file.write(drawing("cat", 9) + "\n")
    assert len(sb.data.load("strokes", root=tmp_path).sketches) == len(before.sketches) + 1


def test_bad_lines_and_empty_files_are_refused_or_skipped(tmp_path: Path) -> None:
    drawings(tmp_path, "ant", "cat")
    with open(tmp_path / "cat.ndjson", "a") as file:
        file.write(drawing("cat", 9)[:30] + "\n")
    (tmp_path / "dog.ndjson").write_text("")
    message = r"cat\.ndjson \(unreadable: line 7 is not a drawing\), dog\.ndjson \(empty class: dog has no drawings"
    with pytest.raises(ValueError, match=message):
        sb.data.load("strokes", root=tmp_path)
    with pytest.warns(UserWarning, match="2 can't be used"):
        assert sb.data.load("strokes", root=tmp_path, skip=True).classes == ("ant", "cat")


def test_a_line_that_looks_like_a_drawing_and_is_none_is_named(tmp_path: Path) -> None:
    drawings(tmp_path, "ant")
    (tmp_path / "cat.ndjson").write_text('{"key_id": "1", "drawing": [[]]}\n')
    bench = sb.data.load("strokes", root=tmp_path)
    with pytest.raises(ValueError, match=r"cat\.ndjson, at byte 0: a drawing is .* got"):
        bench.sketches.strokes(list(bench.sketches.keys).index("cat/1"))


def test_a_file_of_blank_lines_is_an_empty_class_and_a_link_to_nowhere_is_said(tmp_path: Path) -> None:
    for name in ("ant", "bee", "cow"):
        (tmp_path / f"{name}.ndjson").write_text('{"drawing": [[[0, 9], [0, 9]]], "key_id": "1"}\n')
    (tmp_path / "dog.ndjson").write_text("\n\n")
    with pytest.raises(ValueError, match="empty class: dog"):
        sb.data.load("strokes", root=tmp_path)
    (tmp_path / "dog.ndjson").unlink()
    (tmp_path / "dog.ndjson").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"dog\.ndjson"):
        sb.data.load("strokes", root=tmp_path)

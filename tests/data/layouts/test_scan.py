from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from small_copies import content, write

from sbirlib.data.layouts import scan as module
from sbirlib.data.layouts.folder import layout
from sbirlib.data.layouts.index import Index
from sbirlib.data.layouts.scan import scan


def problems(index: Index) -> dict[str, str]:
    return {index.paths[row]: index.problems[index.problem[row]] for row in np.flatnonzero(index.problem)}


def test_a_row_knows_its_file(folder: Path) -> None:
    write(folder / "photo" / "ant" / "twin.jpg", "p ant 0")
    index = scan(folder, layout(folder))
    row, twin = index.paths.index("photo/ant/0.jpg"), index.paths.index("photo/ant/twin.jpg")
    assert (index.width[row], index.height[row]) == (10, 8)
    assert index.length[row] == (folder / "photo/ant/0.jpg").stat().st_size
    assert index.keys[row] == "ant/0"
    assert index.classes[index.label[row]] == "ant"
    assert index.checksum[row] == index.checksum[twin]
    assert len(np.unique(index.checksum)) == len(index) - 1


def test_bad_files_are_found_by_what_they_hold(folder: Path) -> None:
    bad = folder / "photo" / "ant"
    (bad / "empty.jpg").write_bytes(b"")
    (bad / "text.jpg").write_text("<html>404</html>")
    (bad / "png.jpg").write_bytes(content("PNG"))
    (bad / "gone.jpg").symlink_to(bad / "no-such-file.jpg")
    assert problems(scan(folder, layout(folder))) == {
        "photo/ant/empty.jpg": "unreadable: empty file",
        "photo/ant/gone.jpg": "unreadable: No such file or directory",
        "photo/ant/text.jpg": "unreadable: not a picture",
    }


@pytest.mark.parametrize("change", ["added", "removed", "renamed", "new class", "removed class"])
def test_changes_are_noticed(folder: Path, change: str) -> None:
    before = scan(folder, layout(folder))
    file = folder / "photo" / "ant" / "0.jpg"
    match change:
        case "added":
            write(folder / "photo" / "ant" / "new.jpg")
        case "removed":
            file.unlink()
        case "renamed":
            file.rename(file.with_name("other.jpg"))
        case "new class":
            write(folder / "photo" / "eel" / "0.jpg")
        case "removed class":
            (folder / "photo" / "ant").rename(folder / "ant")
    after = scan(folder, layout(folder))
    assert sorted(after.paths) != sorted(before.paths)
    assert {path for path in after.paths} == {
        str(file.relative_to(folder)) for place in ("sketch", "photo") for file in (folder / place).glob("*/*")
    }


def test_unchanged_files_are_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scan(folder, layout(folder))
    looked = []
    real = module.header
    monkeypatch.setattr(module, "header", lambda data: looked.append(data) or real(data))
    write(folder / "photo" / "ant" / "new.jpg")
    after = scan(folder, layout(folder))
    assert len(looked) == 1
    at = {path: row for row, path in enumerate(after.paths)}
    assert [after.checksum[at[path]] for path in before.paths] == before.checksum.tolist()


def test_a_file_overwritten_in_place_is_noticed_where_files_are_looked_at(folder: Path) -> None:
    before = scan(folder, layout(folder))
    file = folder / "photo" / "ant" / "0.jpg"
    status = file.stat()
    with open(file, "r+b") as stream:
        stream.write(b"no picture")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert scan(folder, layout(folder)).stamp == before.stamp
    assert problems(scan(folder, layout(folder), anew=True)) == {"photo/ant/0.jpg": "unreadable: not a picture"}

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sbirlib.data.layouts import scan as scanning
from sbirlib.data.layouts.folder import layout
from sbirlib.data.layouts.index import Index, from_file, places, to_bytes
from sbirlib.data.layouts.scan import scan


def made(n: int, paths: list[str] | None = None) -> Index:
    """An index of n rows."""
    numbers = np.arange(n)
    names = ("room", "label", "problem", "start", "length", "modified", "width", "height", "checksum")
    return Index(
        stamp="s",
        classes=("cat", "dog"),
        problems=("",),
        rooms=("photo",),
        kinds=("photo",),
        paths=paths or [f"photo/some_class/n01234567_{i}.jpg" for i in range(n)],
        keys=[f"some_class/n01234567_{i}" for i in range(n)],
        drawn_from=[""] * n,
        **{name: numbers if name in ("length", "checksum") else 0 * numbers for name in names},
    )


@pytest.mark.parametrize("paths", [["a/b c.jpg", "new\nline.jpg", "猫/é.jpg"], [os.fsdecode(b"bad\xff.jpg")], []])
def test_what_is_written_is_read(tmp_path: Path, paths: list[str]) -> None:
    before = made(len(paths), paths)
    (tmp_path / "i.npz").write_bytes(to_bytes(before))
    after = from_file(tmp_path / "i.npz")
    assert after is not None
    assert (after.paths, after.keys, after.drawn_from) == (paths, before.keys, before.drawn_from)
    assert (after.stamp, after.classes, after.problems) == ("s", ("cat", "dog"), ("",))
    assert np.array_equal(after.checksum, before.checksum)


def test_two_hundred_thousand_rows_are_read_in_well_under_a_second(tmp_path: Path) -> None:
    (tmp_path / "i.npz").write_bytes(to_bytes(made(200_000)))
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        assert len(from_file(tmp_path / "i.npz") or ()) == 200_000
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5


def test_it_lies_beside_the_data_and_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = scan(folder, layout(folder))
    assert (folder / ".sbirlib-index-folder.npz").is_file()
    monkeypatch.setattr(scanning, "walk", lambda *_: pytest.fail("scanned a second time"))
    again = scan(folder, layout(folder))
    assert again.paths == first.paths
    assert len(again) == 48


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"not a table at all"])
def test_a_broken_index_is_made_anew(folder: Path, content: bytes) -> None:
    places(folder, "folder")[0].write_bytes(content)
    assert len(scan(folder, layout(folder))) == 48
    assert from_file(places(folder, "folder")[0]) is not None


def test_a_cut_index_is_made_anew(folder: Path) -> None:
    scan(folder, layout(folder))
    file = places(folder, "folder")[0]
    file.write_bytes(file.read_bytes()[:-400])
    assert len(scan(folder, layout(folder))) == 48


def test_data_that_cannot_be_written_to_are_indexed_in_the_cache(folder: Path, build: Path) -> None:
    folder.chmod(0o555)
    try:
        scan(folder, layout(folder))
        assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []
        (kept,) = (build / "artifacts").glob("index-folder-*.npz")
        assert from_file(kept) is not None
    finally:
        folder.chmod(0o755)


def test_where_nothing_can_be_written_the_scan_is_used_and_not_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("no folder")
    monkeypatch.setenv("SBIR_BUILD", str(tmp_path / "a file" / "below"))
    folder.chmod(0o555)
    try:
        with pytest.warns(UserWarning, match=r"neither .* can be written to: .* is scanned again the next time"):
            assert len(scan(folder, layout(folder))) == 48
    finally:
        folder.chmod(0o755)


def test_an_error_while_scanning_frees_the_lock_and_is_not_hidden(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("a scan that fails")

    with monkeypatch.context() as patch:
        patch.setattr(scanning, "inspected", broken)
        with pytest.raises(RuntimeError, match="a scan that fails"):
            scan(folder, layout(folder))
    assert len(scan(folder, layout(folder))) == 48


SLOW_SCAN = """
import sys, time
from pathlib import Path
from sbirlib.data.layouts import folder, scan

root, real = Path(sys.argv[1]), scan.inspected

def slowly(*rows):
    time.sleep(1)
    return real(*rows)

scan.inspected = slowly
Path(sys.argv[2]).touch()
while not (root.parent / "go").exists():
    time.sleep(0.01)
print(len(scan.scan(root, folder.layout(root))))
"""


def test_two_processes_at_once_scan_once(folder: Path, tmp_path: Path) -> None:
    ready = [tmp_path / f"ready {number}" for number in range(2)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    jobs = [subprocess.Popen([sys.executable, "-c", SLOW_SCAN, folder, file], **pipes) for file in ready]
    while not all(file.exists() for file in ready) and all(job.poll() is None for job in jobs):
        time.sleep(0.01)
    (tmp_path / "go").touch()
    ended = [job.communicate() for job in jobs]
    assert [out for out, _ in ended] == ["48\n", "48\n"], ended
    assert sum("scanning data" in err for _, err in ended) == 1
    assert from_file(places(folder, "folder")[0]) is not None

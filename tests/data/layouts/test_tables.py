from __future__ import annotations

from pathlib import Path

import pytest

from sbirlib.data.layouts.folder import layout
from sbirlib.data.layouts.scan import scan
from sbirlib.data.layouts.tables import captions, pairs


def test_without_tables_nothing_is_told(folder: Path) -> None:
    index = scan(folder, layout(folder))
    assert pairs(folder / "pairs.csv", index) is None
    assert captions(folder / "captions.csv", index) is None


def test_pairs_and_captions_are_read(folder: Path) -> None:
    index = scan(folder, layout(folder))
    (folder / "pairs.csv").write_text("sketch,photo\nsketch/ant/0.png,photo/ant/3.jpg\n")
    (folder / "captions.csv").write_text(
        '\ufeffpath,caption,verbose\nphoto/ant/3.jpg,"an ant, red","a small red ant"\nsketch/ant/0.png,ant\n', "utf-8"
    )
    assert pairs(folder / "pairs.csv", index) == {"sketch/ant/0.png": "photo/ant/3.jpg"}
    said = captions(folder / "captions.csv", index)
    assert said == {"photo/ant/3.jpg": ("an ant, red", "a small red ant"), "sketch/ant/0.png": ("ant", "")}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sketch/ant/9.png,photo/ant/0.jpg", r"line 3: 'sketch/ant/9\.png' is no sketch below"),
        ("sketch/ant/1.png,photo/ant/9.jpg", r"line 3: 'photo/ant/9\.jpg' is no photo below"),
        ("photo/ant/1.jpg,photo/ant/0.jpg", r"line 3: 'photo/ant/1\.jpg' is no sketch below"),
        ("sketch/ant/1.png,photo/bee/0.jpg", r"line 3: a sketch and its photo are of one class"),
        ("sketch/ant/0.png,photo/ant/1.jpg", r"line 3: .* drawn from photo/ant/0\.jpg above and from photo/ant/1\.jpg"),
        ("sketch/ant/1.png", r"line 3: '' is no photo"),
    ],
)
def test_a_wrong_pair_is_refused_with_its_line(folder: Path, line: str, message: str) -> None:
    (folder / "pairs.csv").write_text(f"sketch,photo\nsketch/ant/0.png,photo/ant/0.jpg\n{line}\n")
    with pytest.raises(ValueError, match=rf"pairs\.csv, {message}"):
        pairs(folder / "pairs.csv", scan(folder, layout(folder)))


def test_a_caption_of_nothing_and_a_table_without_its_columns_are_refused(folder: Path) -> None:
    index = scan(folder, layout(folder))
    (folder / "captions.csv").write_text("path,caption\nphoto/ant/9.jpg,an ant\n")
    with pytest.raises(ValueError, match=r"captions\.csv, line 2: 'photo/ant/9\.jpg' is no picture below"):
        captions(folder / "captions.csv", index)
    (folder / "captions.csv").write_text("file,text\n")
    with pytest.raises(ValueError, match=r"captions\.csv has the columns path, caption; path, caption is not among"):
        captions(folder / "captions.csv", index)

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_copies import content, drawing, write
from small_copies import sketchy as small_sketchy

import sbirlib as sb
from sbirlib.data.layouts.check import check


def said(lines: list[str], *words: str) -> bool:
    """Whether one of the lines has all the words."""
    return any(all(word in line for word in words) for line in lines)


def test_a_good_folder_has_nothing_wrong(folder: Path) -> None:
    report = check(folder, deep=True)
    assert report.wrong == []
    assert report.layout.name == "folder"
    assert said(report.lines, "sketch", "4", "24", "6 to 6", "8 to 10 px")
    assert "Nothing is wrong." in str(report)
    assert "To obtain it" not in str(report)


def test_counts_are_compared_with_a_whole_copys(sketchy: Path) -> None:
    report = check(sketchy)
    assert said(report.wrong, "sketch: in 125 classes other numbers", "airplane 6 of 709")
    assert said(report.wrong, "paired: in 125 classes", "airplane 3 of 100")
    assert said(report.wrong, "extend: in 125 classes", "alarm_clock 5 of 600")
    assert said(report.notes, "375 photos stand in both the paired and the extended part")
    assert not said(report.notes, "more than once")
    assert said(report.notes, "in every copy: camel/c.jpg is taken for camel/n02437136_5405.jpg")
    assert "To obtain it: Sketchy.7z" in str(report)


def test_a_whole_class_that_is_missing_is_named(tmp_path: Path) -> None:
    small_sketchy(tmp_path)
    shutil.rmtree(tmp_path / "EXTEND_image_sketchy" / "zebra")
    shutil.rmtree(tmp_path / "256x256/photo/tx_000000000000/ant")
    wrong = check(tmp_path).wrong
    assert said(wrong, "extend: 1 of 125 classes are missing: zebra")
    assert said(wrong, "paired: 1 of 125 classes are missing: ant")
    shutil.rmtree(tmp_path / "EXTEND_image_sketchy" / "ant")
    assert said(check(tmp_path).wrong, "6 sketches without the photo they were drawn from", "ant/n00_0-1.png")


def test_known_misspellings_and_stray_files_are_notes(tuberlin: Path, quickdraw: Path) -> None:
    berlin, quick = check(tuberlin), check(quickdraw)
    assert said(berlin.notes, "misnamed folders", "known and read as what they are", "chandeler is chandelier")
    assert said(berlin.notes, "stray file", "ImageResized/list.txt")
    assert said(berlin.wrong, "photo: 750 pictures; a whole copy has 204,070 or 204,489")
    assert said(quick.notes, "misnamed folders: 1", "effiel_tower is eiffel tower")
    assert said(quick.notes, "cactus/s.sh")
    assert not said(quick.wrong, "missing")


def test_unreadable_and_lonely_and_repeated_pictures_are_named(folder: Path) -> None:
    write(folder / "photo" / "ant" / "twin.jpg", "p ant 0")
    write(folder / "photo" / "bee" / "twin.jpg", "p ant 0")
    (folder / "photo" / "ant" / "empty.jpg").write_bytes(b"")
    shutil.rmtree(folder / "photo" / "dog")
    report = check(folder)
    assert said(report.wrong, "unreadable: empty file: 1 (photo/ant/empty.jpg)")
    assert said(report.wrong, "1 classes have sketches only: dog")
    assert said(
        report.notes, "photo: 1 pictures are there more than once, 1 of them in more than one class", "= ant/twin"
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_pictures_that_were_cut_short_are_found(folder: Path, form: str) -> None:
    whole = content(form, (60, 60))
    cut = folder / "photo" / "ant" / "cut.png"
    cut.write_bytes(whole[:-14])
    assert said(check(folder).wrong, "cut short", "photo/ant/cut.png")
    with pytest.raises(ValueError, match="cut short"):
        sb.data.load("folder", root=folder)
    with pytest.warns(UserWarning, match="cut short"):
        assert "ant/cut" not in sb.data.load("folder", root=folder, skip=True).photos.keys
    cut.write_bytes(whole + b"what some cameras append")
    assert check(folder, deep=True).wrong == []


def test_pictures_that_are_broken_inside_are_found_by_decoding(folder: Path) -> None:
    whole = bytearray(content("PNG", (60, 60)))
    at = whole.index(b"IDAT") + 8
    whole[at : at + 20] = bytes(20)
    (folder / "photo" / "ant" / "odd.png").write_bytes(bytes(whole))
    assert check(folder).wrong == []
    assert said(check(folder).notes, "--deep")
    assert said(check(folder, deep=True).wrong, "photo/ant/odd.png can't be decoded")


def test_a_file_that_was_overwritten_in_place_is_found(folder: Path) -> None:
    assert check(folder).wrong == []
    with open(folder / "photo" / "ant" / "0.jpg", "r+b") as file:
        file.write(b"something else")
    assert said(check(folder).wrong, "unreadable: not a picture: 1 (photo/ant/0.jpg)")


def test_wrong_tables_are_found(folder: Path) -> None:
    (folder / "splits.csv").write_text("class,group\nant,seen\n")
    (folder / "captions.csv").write_text("path,caption\nnowhere.jpg,nothing\n")
    wrong = check(folder).wrong
    assert said(wrong, "splits.csv gives every class a group; not in it: bee, cow, dog")
    assert said(wrong, "captions.csv, line 2: 'nowhere.jpg' is no picture below")


def test_drawings_are_checked_line_by_line(tmp_path: Path) -> None:
    lines = [drawing("cat", 1), drawing("cat", 2, recognized=False), '{"key_id": "3", "drawing": [[]]}', "half a line"]
    (tmp_path / "cat.ndjson").write_text("\n".join(lines))
    report = check(tmp_path, deep=True)
    assert said(report.notes, "unrecognised", "1 (cat.ndjson)")
    assert said(report.wrong, "line 4 is not a drawing")
    assert said(report.wrong, "cat.ndjson, at byte", "a drawing is")


def test_what_is_not_known_or_not_there_is_said(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        check(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"TU-Berlin-Ext was expected in .*sketches_png\.zip"):
        check(tmp_path / "nowhere", "tuberlin")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"(?s)is not laid out in a way that is known\..*ImageResized.*sketch/<class>"):
        check(tmp_path / "empty")
    with pytest.raises(ValueError, match=r"is not laid out as Sketchy.*load\('folder'"):
        check(folder, "sketchy")

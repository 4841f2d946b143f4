from __future__ import annotations

from pathlib import Path

import pytest
from small_copies import write

from sbirlib.data.layouts.folder import layout
from sbirlib.data.layouts.layout import Room
from sbirlib.data.layouts.walk import walk


def found(root: Path) -> dict[str, str]:
    """What a walk through photo/ finds: path to problem."""
    return {row.path: row.problem for row in walk(root, 0, Room("photo", "photo"), layout(root))}


def test_extensions_count_in_small_letters_and_capitals(tmp_path: Path) -> None:
    for name in ("a.JPEG", "b.jpg", "c.PnG"):
        write(tmp_path / "photo" / "cat" / name)
    assert found(tmp_path) == {"photo/cat/a.JPEG": "", "photo/cat/b.jpg": "", "photo/cat/c.PnG": ""}


def test_stray_files_and_folders_are_told_apart_from_pictures(tmp_path: Path) -> None:
    write(tmp_path / "photo" / "cat" / "1.jpg")
    write(tmp_path / "photo" / "cat" / "more" / "2.jpg")
    for stray in ("list.txt", "cat/s.sh", ".DS_Store", "cat/.hidden.jpg"):
        (tmp_path / "photo" / stray).write_text("stray")
    assert found(tmp_path) == {
        "photo/cat/1.jpg": "",
        "photo/cat/more": "stray folder: inside a class",
        "photo/cat/s.sh": "stray file: not a picture by its name",
        "photo/list.txt": "stray file: beside the class folders",
    }


def test_links_that_lead_in_circles_or_nowhere_end(tmp_path: Path) -> None:
    write(tmp_path / "photo" / "cat" / "1.jpg")
    (tmp_path / "photo" / "up").symlink_to(tmp_path)
    (tmp_path / "photo" / "self").symlink_to(tmp_path / "photo" / "self")
    (tmp_path / "photo" / "gone").symlink_to(tmp_path / "no-such-folder")
    (tmp_path / "photo" / "cat" / "again").symlink_to(tmp_path / "photo")
    assert found(tmp_path) == {
        "photo/cat/1.jpg": "",
        "photo/cat/again": "stray folder: inside a class",
        "photo/gone": "link: leads nowhere",
        "photo/self": "link: leads nowhere",
        "photo/up": "link: leads back to a folder above it",
    }


def test_a_linked_class_is_a_class(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "1.jpg")
    (tmp_path / "photo").mkdir()
    (tmp_path / "photo" / "cat").symlink_to(tmp_path / "elsewhere")
    assert found(tmp_path) == {"photo/cat/1.jpg": ""}


def test_two_folders_of_one_class_are_found(tmp_path: Path) -> None:
    write(tmp_path / "photo" / "hot air" / "1.jpg")
    write(tmp_path / "photo" / "hot_air" / "1.jpg")
    assert found(tmp_path)["photo/hot_air"] == "two folders: hot air is also hot air"


@pytest.mark.parametrize("name", ["with space", "Früchte", "猫", "a'b", "new\nline"])
def test_names_may_hold_spaces_and_letters_of_any_script(tmp_path: Path, name: str) -> None:
    write(tmp_path / "photo" / name / f"{name} 1.jpg")
    (row,) = walk(tmp_path, 0, Room("photo", "photo"), layout(tmp_path))
    assert (row.name, row.key, row.problem) == (name, f"{name}/{name} 1", "")


def test_an_empty_class_is_found(tmp_path: Path) -> None:
    (tmp_path / "photo" / "cat").mkdir(parents=True)
    assert found(tmp_path) == {"photo/cat": "empty class: cat has no pictures here"}

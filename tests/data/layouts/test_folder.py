from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from small_copies import write

import sbirlib as sb
from sbirlib.data.layouts.decode import decode


def test_a_folder_becomes_a_benchmark(folder: Path) -> None:
    bench = sb.data.load("folder", root=folder, size=8)
    assert (bench.name, bench.split, bench.gallery) == ("folder", "folder/thirds", "full")
    assert (bench.seen_classes, bench.unseen_classes) == (("ant", "bee", "dog"), ("cow",))
    assert len(bench.unseen.sketches) == len(bench.unseen.photos) == 6
    assert len(bench.train.photos) == 4 + 4 + 3  # of six, one is tested, one validated, of the validation class two
    row = list(bench.photos.keys).index("cow/4")
    assert np.array_equal(bench.photos.pixels([row])[0].permute(1, 2, 0), decode(folder / "photo/cow/4.jpg", 8))
    assert bench.photos.caption(row) == "a photo of a cow"


def test_the_same_files_elsewhere_are_the_same_benchmark(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "other place", ignore=shutil.ignore_patterns(".*"))
    first, second = (sb.data.load("folder", root=root) for root in (folder, tmp_path / "other place"))
    assert first.id == second.id
    write(folder / "photo" / "cow" / "4.jpg", "another picture")
    (folder / "photo" / "cow" / "5.jpg").rename(folder / "photo" / "cow" / "6.jpg")
    assert sb.data.load("folder", root=folder).id != second.id


def test_tables_give_pairs_captions_and_groups(folder: Path) -> None:
    pairs = [f"sketch/{c}/{n}.png,photo/{c}/{5 - n}.jpg" for c in ("ant", "bee", "cow", "dog") for n in range(5)]
    (folder / "pairs.csv").write_text("\n".join(["sketch,photo", *pairs]))
    (folder / "captions.csv").write_text("path,caption,verbose\nphoto/ant/0.jpg,an ant,an ant in the sun\n")
    (folder / "splits.csv").write_text("class,group\nant,unseen\nbee,seen\ncow,validation\ndog,seen\n")
    bench = sb.data.load("folder", root=folder)
    assert (bench.unseen_classes, bench.validation_classes) == (("ant",), ("cow",))
    (folder / "captions.csv").write_text("path,caption,verbose\nphoto/ant/0.jpg,an ant,an ant in the rain\n")
    other = sb.data.load("folder", root=folder)
    assert other.id != bench.id  # other words, and yet the same pixels, which are kept once
    assert other.photos.pictures.id == bench.photos.pictures.id
    sketches, photos = bench.sketches, bench.photos
    of = {key: photos.items.instances[row] for row, key in enumerate(photos.keys)}  # type: ignore[index]
    assert (
        [int(i) for i in sketches.items.instances]
        == [  # type: ignore[union-attr]
            -1 if key.endswith("/5") else int(of[f"{key[:-1]}{5 - int(key[-1])}"]) for key in sketches.keys
        ]
    )
    role = dict(zip(photos.keys, photos.roles, strict=True))
    for key, own in zip(sketches.keys, sketches.roles, strict=True):
        assert key.endswith("/5") or own == role[f"{key[:-1]}{5 - int(key[-1])}"]
    row = list(photos.keys).index("ant/0")
    assert (photos.caption(row), photos.caption(row, verbose=True)) == ("an ant", "an ant in the sun")


def test_spellings_of_one_class_in_the_two_halves_are_one(tmp_path: Path) -> None:
    for name in ("Hot air-balloon", "x"):
        write(tmp_path / "sketch" / name / "1.png")
    for name in ("hot_air_balloon", "x"):
        write(tmp_path / "photo" / name / "1.jpg")
    bench = sb.data.load("folder", root=tmp_path)
    assert bench.classes == ("Hot air-balloon", "x")


def test_names_with_spaces_and_other_scripts_are_read(tmp_path: Path) -> None:
    for name in ("grüne Äpfel", "猫", "it's ~ok, or; not"):
        write(tmp_path / "sketch" / name / "ein Bild (1).png")
        write(tmp_path / "photo" / name / "写真 1.jpg")
    bench = sb.data.load("folder", root=tmp_path, size=4)
    assert bench.photos.pixels().shape == (3, 3, 4, 4)
    assert "猫/写真 1" in bench.photos.keys


@pytest.mark.parametrize("alone", ["sketch", "photo"])
def test_one_modality_alone_is_looked_at(folder: Path, alone: str) -> None:
    shutil.rmtree(folder / ("photo" if alone == "sketch" else "sketch"))
    bench = sb.data.load("folder", root=folder)
    there, absent = (bench.sketches, bench.photos) if alone == "sketch" else (bench.photos, bench.sketches)
    assert (len(there), len(absent)) == (24, 0)
    assert len(bench.train.photos) + len(bench.train.sketches) == 4 + 4 + 3
    assert bench.keep(4).size == 64


def test_a_class_in_one_modality_only_is_refused_or_skipped(folder: Path) -> None:
    shutil.rmtree(folder / "photo" / "bee")
    write(folder / "photo" / "eel" / "1.jpg")
    with pytest.raises(ValueError, match=r"1 of 5 classes without a photo: bee .*skip=True leaves them out"):
        sb.data.load("folder", root=folder)
    with pytest.warns(UserWarning, match=r"without a (photo|sketch).*left out"):
        bench = sb.data.load("folder", root=folder, skip=True)
    assert bench.classes == ("ant", "cow", "dog")
    assert bench.sketches.pictures.skipped == ("bee (without a photo)", "eel (without a sketch)")  # type: ignore[attr-defined]


def test_an_empty_class_is_refused_or_skipped(folder: Path) -> None:
    (folder / "photo" / "eel").mkdir()
    (folder / "sketch" / "eel").mkdir()
    with pytest.raises(ValueError, match=r"photo/eel .empty class: eel has no pictures here.* sketch/eel"):
        sb.data.load("folder", root=folder)
    with pytest.warns(UserWarning, match="left out"):
        assert "eel" not in sb.data.load("folder", root=folder, skip=True).classes


def test_unreadable_pictures_are_refused_or_skipped(folder: Path) -> None:
    (folder / "photo" / "ant" / "empty.jpg").write_bytes(b"")
    (folder / "photo" / "ant" / "text.jpg").write_text("moved permanently")
    with pytest.raises(
        ValueError, match=r"2 can't be used: photo/ant/empty\.jpg \(unreadable: empty file\), photo/ant"
    ):
        sb.data.load("folder", root=folder)
    with pytest.warns(UserWarning, match="2 can't be used.*left out"):
        bench = sb.data.load("folder", root=folder, skip=True)
    assert len(bench.photos) == 24
    assert bench.photos.pictures.skipped == (  # type: ignore[attr-defined]
        "photo/ant/empty.jpg (unreadable: empty file)",
        "photo/ant/text.jpg (unreadable: not a picture)",
    )


def test_a_class_seen_and_unseen_is_refused(folder: Path) -> None:
    (folder / "splits.csv").write_text("class,group\nant,seen\nbee,seen\ncow,seen\ndog,unseen\nant,unseen\n")
    with pytest.raises(ValueError, match="line 6: ant is unseen here and seen above; a class is in one group"):
        sb.data.load("folder", root=folder)


def test_a_split_that_names_absent_classes_is_refused(folder: Path) -> None:
    (folder / "splits.csv").write_text("class,group\nant,seen\nbee,seen\ncow,seen\ndog,unseen\neel,unseen\n")
    with pytest.raises(ValueError, match=r"eel \(in folder/splits\.csv and not there\)"):
        sb.data.load("folder", root=folder)


def test_a_root_may_be_relative_or_begin_with_a_tilde(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    relative = sb.data.load("folder", root="data", size=4)
    monkeypatch.chdir("/")
    assert relative.photos.pixels([0]).shape == (1, 3, 4, 4)
    assert sb.data.load("folder", root="~/data", size=4).id == relative.id


def test_a_picture_of_a_seen_and_of_an_unseen_class_is_not_trained_on(folder: Path) -> None:
    for number in range(6):  # cow is unseen, ant is seen
        shutil.copy(folder / "photo" / "cow" / f"{number}.jpg", folder / "photo" / "ant" / f"copy {number}.jpg")
    bench = sb.data.load("folder", root=folder)
    assert not any("copy" in key for key in bench.train.photos.keys)
    assert sum("copy" in key for key in bench.photos.keys) == 6
    assert set(bench.train.photos.names) == {"ant", "bee", "dog"}


def test_who_is_tested_does_not_hang_on_how_many_are_loaded(folder: Path) -> None:
    whole, few = (sb.data.load("folder", root=folder, per_class=count) for count in (None, 4))
    role = dict(zip(whole.photos.keys, whole.photos.roles.tolist(), strict=True))
    assert len(few.photos) == 4 * 4
    assert all(role[key] == own for key, own in zip(few.photos.keys, few.photos.roles.tolist(), strict=True))


def test_a_file_that_was_overwritten_in_place_is_not_taken_for_the_old_one(folder: Path) -> None:
    bench = sb.data.load("folder", root=folder, size=8)
    with open(folder / "photo" / "ant" / "0.jpg", "r+b") as file:
        file.write(b"x")
    with pytest.raises(ValueError, match=r"0\.jpg was changed after it was indexed: python -m sbirlib\.data check"):
        bench.photos.pixels()


def test_names_that_are_no_utf_8_are_read(folder: Path) -> None:
    name = os.fsdecode(b"bad\xff.jpg")
    shutil.copy(folder / "photo" / "ant" / "0.jpg", folder / "photo" / "ant" / name)
    bench = sb.data.load("folder", root=folder, size=8)
    assert len(bench.photos) == 25
    assert bench.id
    assert len(sb.data.batches(bench, "captioned", batch=4, photos=0.5)[0]) == 4


def test_an_accent_written_in_two_ways_is_one_class(tmp_path: Path) -> None:
    write(tmp_path / "sketch" / "caf\u00e9" / "1.png")
    write(tmp_path / "photo" / "cafe\u0301" / "1.jpg")
    write(tmp_path / "sketch" / "x" / "1.png")
    write(tmp_path / "photo" / "x" / "1.jpg")
    assert len(sb.data.load("folder", root=tmp_path).classes) == 2


def test_extra_photos_can_all_be_learnt_from(folder: Path) -> None:
    shutil.rmtree(folder / "sketch")
    bench = sb.data.load("folder", root=folder, split="all")
    assert bench.unseen_classes == ()
    assert set(bench.train.classes) == {"ant", "bee", "cow", "dog"}

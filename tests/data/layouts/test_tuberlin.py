from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import sbirlib as sb
from sbirlib.data.layouts.layout import Room
from sbirlib.data.layouts.tuberlin import ALIASES, CLASSES, class_of
from sbirlib.data.splits import LISTS, split


def test_the_table_of_names_is_the_one_that_was_recorded() -> None:
    """From the `mv` lines of SEM-PCYC's and Doodle2Search's scripts."""
    digest = hashlib.sha256((LISTS / "tuberlin-aliases.tsv").read_bytes()).hexdigest()
    assert digest == "e347d078b17d83521e16ae60541a785fc3418bfd738e0989de3e2948e41f43db"
    for name in ("tuberlin/sake", "tuberlin/sempcyc"):
        assert set(CLASSES) == {*split(name).seen, *split(name).unseen}


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("tromobone", "trombone"),
        ("griaffe", "giraffe"),
        ("spacesshuttle", "space shuttle"),
        ("wristwatching", "wrist-watch"),
        ("mouse", "mouse (animal)"),
        ("computermouse", "computer-mouse"),
        ("pipe", "pipe (for smoking)"),
        ("car_(sedan)", "car (sedan)"),
        ("tablelamp", "tablelamp"),
        ("T Shirt", "t-shirt"),
        ("unicorn", None),
    ],
)
def test_folders_go_by_many_names(folder: str, name: str | None) -> None:
    assert class_of(Room("ImageResized", "photo"), folder) == name


def test_every_name_of_every_class_is_known() -> None:
    for row in ALIASES:
        assert {class_of(Room("png", "sketch"), spelled) for spelled in row.values()} == {row["class"]}


def test_all_classes_are_whole_in_both_modalities(tuberlin: Path) -> None:
    bench = sb.data.load("tuberlin", root=tuberlin)
    assert bench.split == "tuberlin/sake"
    assert len(bench.classes) == 250
    for images in (bench.sketches, bench.photos):
        assert images.labels.bincount().tolist() == [3] * 250  # .JPEG and .jpg
        assert images.items.instances is None
    assert bench.gallery == "full"
    assert len(bench.unseen.photos) == 90
    assert set(sb.data.load("tuberlin", root=tuberlin, split="sempcyc").unseen_classes) == set(
        split("tuberlin/sempcyc").unseen
    )

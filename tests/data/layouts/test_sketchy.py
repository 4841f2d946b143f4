from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from small_copies import sketchy as small_sketchy

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.layouts.scan import table
from sbirlib.data.layouts.sketchy import LAYOUT
from sbirlib.data.layouts.walk import Row, placed


@pytest.fixture(scope="module")
def bench(sketchy: Path) -> Benchmark:
    return sb.data.load("sketchy", root=sketchy, size=8)


def names_of(images: ImageSet) -> set[str]:
    return set(images.keys)


def test_split_2_and_the_extended_photos_are_the_default(bench: Benchmark) -> None:
    assert (bench.split, bench.gallery) == ("sketchy/split2", "extend")
    assert (len(bench.seen_classes), len(bench.unseen_classes), len(bench.validation_classes)) == (104, 21, 10)
    assert len(bench.unseen.sketches) == 21 * 6
    assert len(bench.unseen.photos) == 21 * 5
    assert bench.id == bench.id


@pytest.mark.parametrize(
    ("gallery", "each"), [("extend", 5), ("paired", 3), ("extend+paired", 8), ("extend+paired-dedup", 5)]
)
def test_galleries_differ_by_what_they_hold(sketchy: Path, gallery: str, each: int) -> None:
    bench = sb.data.load("sketchy", root=sketchy, split="split1-sake", gallery=gallery)
    assert bench.split == "sketchy/split1-sake"
    assert len(bench.unseen.photos) == 25 * each


def test_a_sketch_goes_with_its_photo_across_hyphens_in_names(bench: Benchmark) -> None:
    photos = {key: bench.photos.items.instances[row] for row, key in enumerate(bench.photos.keys)}  # type: ignore[index]
    row = list(bench.sketches.keys).index("jack-o-lantern/n01_1-2")
    assert bench.sketches.items.instances is not None
    assert bench.sketches.items.instances[row] == photos["jack-o-lantern/n01_1"]
    assert (bench.sketches.items.instances >= 0).all()


def test_a_photo_in_both_parts_has_one_key_and_one_instance(bench: Benchmark) -> None:
    of = {
        part: bench.photos.take([s == part for s in bench.photos.items.sources or ()]) for part in ("paired", "extend")
    }
    assert names_of(of["paired"]) <= names_of(of["extend"])
    assert len(of["paired"]) == 375
    assert len(of["extend"]) == len(names_of(of["extend"])) == 625
    assert set(of["paired"].items.instances.tolist()) <= set(of["extend"].items.instances.tolist())  # type: ignore[union-attr]


def test_the_file_that_stands_for_another_is_taken_for_it(bench: Benchmark) -> None:
    camels = {key for key in bench.photos.keys if key.startswith("camel/")}
    assert "camel/n02437136_5405" in camels
    assert "camel/c" not in camels
    rows = [row for row, key in enumerate(bench.photos.keys) if key == "camel/n02437136_5405"]
    assert {bench.photos.pictures.paths[row].split("/")[-1] for row in rows} == {"c.jpg", "n02437136_5405.jpg"}  # type: ignore[attr-defined]


def test_names_that_repeat_across_classes_stay_apart(bench: Benchmark) -> None:
    assert {"ant/ext_1", "bee/ext_1"} <= names_of(bench.photos)


def test_no_photo_is_trained_on_and_tested_on_in_any_copy(bench: Benchmark) -> None:
    part: dict[str, set[int]] = {}
    for images in (bench.sketches, bench.photos):
        for key, role in zip(images.keys, images.roles.tolist(), strict=True):
            part.setdefault(key.rsplit("-", 1)[0] if images is bench.sketches else key, set()).add(role)
    assert all(len(roles) == 1 for roles in part.values())
    trained = {key.rsplit("-", 1)[0] for key in bench.train.sketches.keys}
    assert not trained & {key.rsplit("-", 1)[0] for key in bench.seen.sketches.keys}
    assert torch.equal(bench.photos.items.trained, torch.from_numpy(bench.photos.roles != 2))  # type: ignore[arg-type]


def test_the_ready_bundle_is_the_same_benchmark(bench: Benchmark, tmp_path: Path) -> None:
    ready = sb.data.load("sketchy", root=small_sketchy(tmp_path, ready="_ready"), size=8)
    assert ready.id == bench.id


def test_photos_of_a_class_are_bounded_with_their_sketches(sketchy: Path) -> None:
    bench = sb.data.load("sketchy", root=sketchy, per_class=2, size=8)
    for images, each in ((bench.sketches, 4), (bench.photos, 2 * 2 + 2)):
        assert np.bincount(images.labels.numpy()).tolist() == [each] * 125
    drawn = {key.rsplit("-", 1)[0] for key in bench.sketches.keys}
    assert drawn == {key for key in bench.photos.keys if "ext_" not in key}


def test_without_the_extension_the_paired_photos_are_the_gallery(tmp_path: Path) -> None:
    small_sketchy(tmp_path)
    (tmp_path / "EXTEND_image_sketchy").rename(tmp_path / "elsewhere")
    assert sb.data.load("sketchy", root=tmp_path).gallery == "paired"
    with pytest.raises(ValueError, match=r"gallery 'extend' has no photo below .*: what is there is paired, sketch"):
        sb.data.load("sketchy", root=tmp_path, gallery="extend")


def test_a_missing_class_and_a_strange_one_are_refused_or_skipped(tmp_path: Path) -> None:
    small_sketchy(tmp_path)
    for part in ("256x256/sketch/tx_000000000000", "256x256/photo/tx_000000000000", "EXTEND_image_sketchy"):
        (tmp_path / part / "zebra").rename(tmp_path / part / "unicorn")
    with pytest.raises(ValueError, match=r"3 can't be used: .*unicorn \(unknown class: not in the lists\)"):
        sb.data.load("sketchy", root=tmp_path)
    with pytest.warns(UserWarning, match="left out") as caught:
        bench = sb.data.load("sketchy", root=tmp_path, skip=True)
    assert any("zebra (in sketchy/split2 and not there)" in str(one.message) for one in caught)
    assert len(bench.classes) == 124
    assert any(text.startswith("zebra") for text in bench.photos.pictures.skipped)  # type: ignore[attr-defined]


def test_a_sketch_that_is_not_called_like_one_is_refused(tmp_path: Path) -> None:
    small_sketchy(tmp_path)
    folder = tmp_path / "256x256/sketch/tx_000000000000/ant"
    (folder / "n01_1-1.png").rename(folder / "copy of n01_1-1.png")
    with pytest.raises(ValueError, match=r"1 can't be used: .*copy of n01_1-1\.png \(misnamed"):
        sb.data.load("sketchy", root=tmp_path)


@pytest.mark.slow
def test_a_whole_copy_has_the_inventories_that_papers_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries and galleries as counted in the lists of SAKE, ZSE-SBIR and MA-SBIR; an index stands for the files."""
    for place in ("256x256/sketch/tx_000000000000", "256x256/photo/tx_000000000000", "EXTEND_image_sketchy"):
        (tmp_path / place / "ant").mkdir(parents=True)
    rows = []
    rooms = LAYOUT.rooms(tmp_path)
    for number, room in enumerate(rooms):
        for name, counts in LAYOUT.expected.items():
            for one in range(counts[room.kind]):
                called = {"sketch": f"n01_{one % 100}-{one // 100 + 1}.png"}.get(room.kind, f"n01_{one}.jpg")
                called = called if room.kind != "extend" or one < 100 else f"ext_{one}.jpg"
                row = Row(f"{room.folder}/{name}/{called}", number, name=name, checksum=len(rows))
                rows.append(placed(LAYOUT, room, row))
    index = table("", rooms, rows)
    monkeypatch.setattr("sbirlib.data.layouts.assemble.scan", lambda *_: index)

    def unseen(split: str, gallery: str) -> tuple[int, int]:
        part = sb.data.load("sketchy", root=tmp_path, split=split, gallery=gallery).unseen
        return len(part.sketches), len(part.photos)

    assert len(index) == 75_481 + 12_500 + 73_002
    assert unseen("split2", "extend+paired") == (12_694, 12_553)
    assert unseen("split2", "extend") == (12_694, 10_453)
    assert unseen("split1-sake", "extend+paired") == (15_229, 17_101)
    assert unseen("split1-sempcyc", "extend") == (14_421, 14_626)

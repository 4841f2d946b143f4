from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from small_copies import folder as small_folder
from small_copies import write

import sbirlib as sb
from sbirlib.data.layouts.sides import Together


def test_copies_of_a_photo_are_never_trained_on_and_tested_on(tmp_path: Path) -> None:
    root = small_folder(tmp_path, each=20)
    for number in range(20):
        write(root / "photo" / "ant" / f"copy {number}.jpg", f"p ant {number}")
    bench = sb.data.load("folder", root=root)
    role = dict(zip(bench.photos.keys, bench.photos.roles.tolist(), strict=True))
    assert all(role[f"ant/{number}"] == role[f"ant/copy {number}"] for number in range(20))
    assert {role[f"ant/{number}"] for number in range(20)} == {0, 1, 2}


def test_the_same_picture_in_two_classes_does_not_carry_a_role_across(folder: Path) -> None:
    for number in range(6):  # cow is unseen, and between the others by name
        write(folder / "photo" / "ant" / f"twin {number}.jpg", f"p cow {number}")
        write(folder / "photo" / "dog" / f"twin {number}.jpg", f"p cow {number}")
    bench = sb.data.load("folder", root=folder)
    roles = {key: role for key, role in zip(bench.photos.keys, bench.photos.roles.tolist(), strict=True)}
    assert {roles[f"cow/{number}"] for number in range(6)} == {2}


def test_a_sketch_is_no_kin_of_a_photo_of_the_same_name(tmp_path: Path) -> None:
    bench = sb.data.load("folder", root=small_folder(tmp_path, each=40))
    role = dict(zip(bench.photos.keys, bench.photos.roles.tolist(), strict=True))
    assert any(role[k] != own for k, own in zip(bench.sketches.keys, bench.sketches.roles.tolist(), strict=True))
    assert bench.sketches.items.instances is None


def test_each_modality_has_its_own_share_of_test_items(tmp_path: Path) -> None:
    root = small_folder(tmp_path, each=4)
    for number in range(60):
        write(root / "photo" / "ant" / f"more {number}.jpg")
    bench = sb.data.load("folder", root=root)
    for images in (bench.seen.sketches, bench.seen.photos, bench.train.sketches, bench.train.photos):
        assert set(images.names) == {"ant", "bee", "dog"}


def test_one_name_in_two_formats_is_two_pictures(folder: Path) -> None:
    write(folder / "photo" / "ant" / "0.png")
    bench = sb.data.load("folder", root=folder)
    assert [key for key in bench.photos.keys if key.startswith("ant/0")] == ["ant/0.jpg", "ant/0.png"]
    assert max(Counter(bench.photos.keys).values()) == 1


@pytest.mark.parametrize("seed", [0, 1])
def test_roles_hang_on_names_and_seed_alone(folder: Path, seed: int) -> None:
    first, second = (sb.data.load("folder", root=folder, seed=seed) for _ in range(2))
    assert np.array_equal(first.photos.roles, second.photos.roles)
    other = sb.data.load("folder", root=folder, seed=seed + 2)
    assert not np.array_equal(first.photos.roles, other.photos.roles)


def test_items_are_bounded_by_name_not_by_order(folder: Path) -> None:
    bench = sb.data.load("folder", root=folder, per_class=3)
    assert np.bincount(bench.photos.labels.numpy()).tolist() == [3] * 4
    assert np.bincount(bench.sketches.labels.numpy()).tolist() == [3] * 4
    fewer = sb.data.load("folder", root=folder, per_class=2)
    assert set(fewer.photos.keys) < set(bench.photos.keys)


def test_keys_that_share_contents_in_a_chain_are_one() -> None:
    same = Together()
    for key, content in [("b", 1), ("c", 2), ("b", 2), ("a", 3), ("d", 1), ("e", 4)]:
        same.join(key, content)
    assert [same.first(key) for key in "abcde"] == ["a", "b", "b", "b", "e"]

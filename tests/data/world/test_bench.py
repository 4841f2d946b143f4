from __future__ import annotations

import numpy as np
import pytest

import sbirlib as sb
from sbirlib.data.imageset import ImageSet
from sbirlib.data.world.bench import UNSEEN, WorldPictures, load_world, pretraining, world_split
from sbirlib.data.world.instance import VERSION, Dials, Instance
from sbirlib.data.world.kinds import kinds

POOL = {kind.name for kind in kinds().values() if not kind.origin}


def drawn(images: ImageSet) -> set[tuple[str, int]]:
    """Which instances a set shows, whatever the set says of itself."""
    assert isinstance(images.pictures, WorldPictures)
    return {images.pictures.instances[row][:2] for row in images.rows.tolist()}


@pytest.mark.parametrize("split", ["mixed", "hard", "far", "random-0", "random-7"])
def test_a_split_divides_the_pool_and_knows_no_origin_class(split: str) -> None:
    seen, unseen = world_split(split)
    assert set(seen) | set(unseen) == POOL
    assert not set(seen) & set(unseen)
    assert len(unseen) >= 16
    assert len(seen) > 2 * len(unseen)


def test_hard_leaves_little_of_a_family_and_far_nothing() -> None:
    def left(split: str, family: str) -> int:
        return sum(kinds()[name].family == family for name in world_split(split)[0])

    assert left("hard", "quadruped") == 2
    assert left("far", "road") == 0
    assert left("mixed", "quadruped") > 6


def test_random_splits_differ_and_repeat() -> None:
    assert world_split("random-0") == world_split("random-0") != world_split("random-1")
    assert len(world_split("random-3")[1]) == UNSEEN
    with pytest.raises(ValueError, match=r"splits are mixed, hard, far, random-0, .*; got 'easy'"):
        world_split("easy")


def test_training_validation_and_test_show_other_things() -> None:
    bench = load_world("mixed", per_class=10)
    parts = [bench.train, bench.seen, bench.unseen]
    shown = [drawn(part.sketches) | drawn(part.photos) for part in parts]
    for i, one in enumerate(shown):
        for other in shown[:i]:
            assert not one & other
    assert not drawn(bench.train.photos) & drawn(bench.validation.photos)
    assert {name for name, _ in shown[2]} == set(bench.unseen_classes)


def test_pretraining_shows_nothing_that_a_benchmark_shows() -> None:
    bench = load_world("mixed", per_class=400)
    for modality in ("photo", "sketch"):
        classes = None if modality == "photo" else sorted(POOL)
        some = pretraining(modality, classes, per_class=3, test=1)
        assert not drawn(some) & (drawn(bench.photos) | drawn(bench.sketches))
        assert len(some) == 3 * len(classes or kinds())
    photos = pretraining("photo", ["bear", "cow"], per_class=4, test=1)
    assert photos.names == ["bear"] * 4 + ["cow"] * 4
    assert photos.roles.tolist() == [0, 0, 0, 2] * 2


def test_no_sketch_of_an_origin_class_is_ever_drawn() -> None:
    with pytest.raises(ValueError, match="no sketch of an origin class is ever drawn; got bear"):
        pretraining("sketch", ["bear", "cow"])
    with pytest.raises(ValueError, match="has no class yak"):
        pretraining("photo", ["yak"])


def test_a_sketch_and_its_photo_show_the_same_thing() -> None:
    bench = load_world("mixed", per_class=3, takes=2)
    sketches, photos = bench.sketches, bench.photos
    assert len(sketches) == 2 * len(photos)
    assert sketches.items.instances is not None
    assert photos.items.instances is not None
    where = {instance: row for row, instance in enumerate(photos.items.instances.tolist())}
    for row in (0, 17, len(sketches) - 1):
        own = where[int(sketches.items.instances[row])]
        assert sketches.keys[row].rsplit("-", 1)[0] == photos.keys[own]
        assert sketches.attributes(row) == photos.attributes(own)


def test_pixels_come_from_the_instances_and_are_kept() -> None:
    bench = load_world("mixed", per_class=1, size=32)
    row = 5
    name, index = bench.photos.keys[row].split("/")
    expected = Instance(name, int(index)).photo(32)
    for images in (bench.photos, bench.photos.keep()):
        assert np.array_equal(images.pixels([row])[0].permute(1, 2, 0).numpy(), expected)
    other = load_world("mixed", per_class=1, size=32, seed=1)
    assert not np.array_equal(other.photos.pixels([row]).numpy(), bench.photos.pixels([row]).numpy())
    assert other.id != bench.id
    assert other.photos.pictures.id != bench.photos.pictures.id


def test_dials_are_part_of_what_the_pictures_are() -> None:
    plain, calm = load_world(per_class=1), load_world(per_class=1, dials=Dials(clutter=0.0))
    assert plain.photos.pictures.id != calm.photos.pictures.id


def test_strokes_and_parts_are_known() -> None:
    bench = load_world("mixed", per_class=1)
    row = bench.photos.names.index("elephant")
    ids, names = bench.photos.parts(row)
    assert ids.shape == (64, 64)
    assert {"body", "trunk"} <= set(names)
    assert (ids == names.index("body")).sum() > 50
    ids, names = bench.sketches.parts(row)
    ink = (bench.sketches.pixels([row])[0].float().mean(0) < 200).numpy()
    assert (ids[ink] >= 0).mean() > 0.95
    strokes = bench.sketches.strokes(row)
    assert len(strokes) > 3
    assert all(way.shape[1] == 2 for way in strokes)
    with pytest.raises(ValueError, match="nobody kept the strokes"):
        bench.photos.strokes(row)


def test_roles_do_not_hang_on_how_many_are_loaded() -> None:
    few, many = load_world("mixed", per_class=10), load_world("mixed", per_class=30)
    role = dict(zip(many.photos.keys, many.photos.roles.tolist(), strict=True))
    assert all(role[key] == own for key, own in zip(few.photos.keys, few.photos.roles.tolist(), strict=True))
    assert len(few.train.photos) == 56 * 7 + 8 * 5


def test_what_is_not_meant_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match="8 pixels or more; got size=0"):
        load_world(size=0, per_class=1)
    for wrong in ({"abstraction": 2.0}, {"clutter": -1.0}, {"scale": (0.8, 0.2)}):
        with pytest.raises(ValueError, match="abstraction goes from 0 to 1"):
            Dials(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has no class 'yak'"):
        Instance("yak", 0).photo(16)


def test_sizes_follow_the_profile_and_arguments_are_checked() -> None:
    assert len(load_world("mixed").photos) == sb.runs.profile().world_per_class * len(POOL)
    with pytest.raises(ValueError, match="at least one instance a class was expected; got per_class=0"):
        load_world(per_class=0)
    with pytest.raises(ValueError, match=r"carved out of .* seen ones; got validation=99"):
        load_world(per_class=1, validation=99)
    assert load_world(per_class=1, validation=0).validation_classes == ()
    bench = load_world("mixed", per_class=1)
    assert 0 < len(bench.validation_classes) <= len(bench.seen_classes) / 4
    assert bench.version == VERSION
    assert bench.graph is not None
    assert "world/mixed" in repr(bench)

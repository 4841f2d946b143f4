"""What may be learnt from: the shares that are kept, what is added, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numbered import EXTRA, SEEN, UNSEEN, bench, extra, rows_of

from sbirlib.data import Benchmark, ImageSet
from sbirlib.data.batching.supply import kept, supply
from sbirlib.data.roles import TRAIN
from sbirlib.data.world.bench import load_world
from sbirlib.data.world.instance import Dials


def test_all_training_items_and_no_other() -> None:
    one = bench()
    found = supply(one)
    for images, whole in ((found.sketches, one.sketches), (found.photos, one.photos)):
        wanted = (whole.roles == TRAIN) & np.isin(whole.names, SEEN)
        assert set(images.keys) == set(np.array(whole.keys)[wanted])
    assert found.classes == SEEN  # an unseen class has no number here, and no name
    assert set(found.sketches.names) == set(found.photos.names) == set(SEEN)


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_smaller_share_is_a_part_of_a_larger_one(one: float, other: float) -> None:
    small, large = sorted((one, other))
    images = bench(uneven=True).photos
    assert set(kept(images, small).keys) <= set(kept(images, large).keys)


@pytest.mark.parametrize(("share", "each"), [(0, 0), (0.01, 1), (0.25, 3), (0.5, 6), (1, 12)])
def test_a_share_is_taken_of_every_class(share: float, each: int) -> None:
    found = kept(bench(12).photos, share)
    assert [len(rows) for rows in found.of_class.values()] == [each] * (7 if each else 0)


def test_who_is_kept_does_not_hang_on_the_order_or_on_the_other_classes() -> None:
    images = bench(12).photos
    found = set(kept(images, 0.25).keys)
    assert set(kept(images.take(np.arange(len(images))[::-1].copy()), 0.25).keys) == found
    assert set(kept(images.take(images.labels == 2), 0.25).keys) == {key for key in found if key.startswith("cat")}


def test_each_modality_has_its_own_share() -> None:
    one = bench(20)
    found = supply(one, sketches=0.25)
    assert len(found.photos) == len(one.train.photos)
    assert len(found.sketches) == len(one.train.sketches) // 4


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_has_its_bounds(share: float) -> None:
    with pytest.raises(ValueError, match=rf"the share of sketch images to keep goes from 0 to 1; got {share}"):
        supply(bench(), sketches=share)


def test_extra_images_join_their_modality_under_the_benchmarks_numbers() -> None:
    """Extra classes in an order of their own, one of them new: dog is 3 here and 0 there."""
    one, more = bench(), extra("sketch", ("dog", "yak", "ant"))
    found = supply(one, extra=[more])
    assert found.classes == (*SEEN, "yak")
    assert found.sketches.classes == found.photos.classes
    assert len(found.photos) == len(one.train.photos)
    own = len(one.train.sketches)
    assert found.sketches.labels[own:].tolist() == [3] * 4 + [5] * 4 + [0] * 4
    assert found.sketches.names[own:] == more.names
    assert list(found.sketches.keys[own:]) == list(more.keys)
    assert rows_of(found.sketches.pixels()) == rows_of(one.train.sketches.pixels()) + list(range(EXTRA, EXTRA + 12))
    assert found.sketches.caption(own + 1) == "number 5001, in short"
    assert found.sketches.caption(own + 4) == "a sketch of a yak"


def test_extra_images_are_unpaired() -> None:
    one = bench()
    found = supply(one, extra=[replace(one.photos, pictures=one.photos.pictures).take(one.photos.roles == TRAIN)])
    own = len(one.train.photos)
    assert found.photos.items.instances is not None
    assert (found.photos.items.instances[own:] == -1).all()
    assert torch.equal(found.photos.items.instances[:own], one.train.photos.items.instances)


def test_a_benchmark_of_one_modality_gives_its_training_items() -> None:
    one = bench()
    other = replace(one, sketches=one.sketches.take(slice(0, 0)), split="numbers/photos")
    found = supply(one, extra=[other])
    assert len(found.sketches) == len(one.train.sketches)
    assert len(found.photos) == 2 * len(one.train.photos)


def test_two_extras_with_one_new_class_share_its_number_whatever_the_spelling() -> None:
    found = supply(
        bench(),
        extra=[extra("sketch", ("hot-air_balloon",)), extra("photo", ("Hot air balloon",)), extra("photo", ("Cat",))],
    )
    assert found.sketches.labels[-1] == found.photos.labels[-5] == 5
    assert found.photos.labels[-1] == SEEN.index("cat")


@pytest.mark.parametrize("name", ["gnu", "GNU", "gnu_", "gnu (animal)"])
def test_an_unseen_class_is_refused_however_it_is_spelled(name: str) -> None:
    with pytest.raises(ValueError, match=r"extra data show classes that numbers/all keeps from training: [gG]"):
        supply(bench(), extra=[extra("photo", ("cat", name))])


def test_a_seen_homonym_of_an_unseen_class_is_the_seen_one() -> None:
    one = bench()
    classes = ("bat (animal)", *one.classes[1:6], "bat (club)")
    one = replace(
        one,
        sketches=replace(one.sketches, classes=classes),
        photos=replace(one.photos, classes=classes),
        seen_classes=classes[:5],
        unseen_classes=classes[5:],
        validation_classes=(),
    )
    assert supply(one, extra=[extra("photo", ("bat (animal)",))]).photos.labels[-1] == 0
    with pytest.raises(ValueError, match=r"keeps from training: bat$"):
        supply(one, extra=[extra("photo", ("bat",))])


def test_while_settings_are_chosen_the_truly_unseen_classes_stay_closed_too() -> None:
    tuning = bench().tuning
    assert UNSEEN[0] not in tuning.unseen_classes
    for name in (UNSEEN[0], SEEN[0]):  # the validation class plays the unseen one
        with pytest.raises(ValueError, match=rf"keeps from training: {name}"):
            supply(tuning, extra=[extra("photo", (name,))])


def held_out(one: Benchmark, modality: str) -> ImageSet:
    """Test images of seen classes that come again as training images from elsewhere."""
    whole = one.sketches if modality == "sketch" else one.photos
    again = whole.take((whole.roles != TRAIN) & np.isin(whole.names, SEEN))
    return replace(again, roles=np.full(len(again), TRAIN))


@pytest.mark.parametrize("modality", ["sketch", "photo"])
def test_an_image_that_is_tested_on_is_refused(modality: str) -> None:
    one = bench()
    again = held_out(one, modality)
    with pytest.raises(ValueError, match=rf"extra data hold {modality} images of what is tested or selected on: ant/"):
        supply(one, extra=[again])
    learnt = one.sketches if modality == "sketch" else one.photos
    learnt = learnt.take((learnt.roles == TRAIN) & np.isin(learnt.names, SEEN))
    assert len(
        supply(one, extra=[replace(learnt, items=replace(learnt.items, keys=again.keys[:1] * len(learnt)))]).photos
    )


def test_another_view_of_what_is_tested_on_is_refused_in_either_modality() -> None:
    """In the drawn world a photo and its sketches show one thing, however they are drawn."""
    one, other = (load_world("mixed", per_class=10, takes=2, dials=dials) for dials in (Dials(), Dials(clutter=0.0)))
    for images in (other.sketches, other.photos):
        tested = images.take((images.roles != TRAIN) & images.items.seen.numpy())
        again = replace(tested, roles=np.full(len(tested), TRAIN))
        with pytest.raises(ValueError, match=f"{images.modality} images of what is tested"):
            supply(one, extra=[again])
    assert len(supply(one, extra=[other]).photos) == 2 * len(one.train.photos)


def test_extra_data_without_training_items_are_refused() -> None:
    more = extra("photo", ("cat",))
    with pytest.raises(ValueError, match="added by their training items, and these have none: 4 photos of 1 classes"):
        supply(bench(), extra=[replace(more, roles=np.full(4, 2))])


def test_where_strangers_are_not_welcome_a_new_class_is_refused() -> None:
    with pytest.raises(ValueError, match="here extra data are of the seen classes; numbers/all has no yak"):
        supply(bench(), extra=[extra("photo", ("cat", "yak"))], strangers=False)
    assert len(supply(bench(), extra=[extra("photo", ("cat",))], strangers=False).photos)

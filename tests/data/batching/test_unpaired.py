from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numbered import SEEN, bench, extra, repaired, rows_of, same

from sbirlib.data import batches
from sbirlib.data.batching import PHOTO, SKETCH


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000))
def test_who_was_drawn_from_whom_plays_no_part(seed: int) -> None:
    one = bench()
    for kind in ("captioned", "unlabelled"):
        before, after = (batches(b, kind, batch=12, seed=seed) for b in (one, repaired(one, seed)))
        assert all(same(before[step], after[step]) for step in range(3))


def test_a_sketch_meets_its_photo_no_oftener_than_by_chance() -> None:
    """Of 15 sketches and 15 photos among 40 instances, about 15 * 15 / 40 pairs meet."""
    made = batches(bench(), "captioned", batch=30)
    drawn, shown = (images.items.instances for images in (made.supply.sketches, made.supply.photos))
    met = [np.isin(drawn[s], shown[p]).sum() for s, p in map(made.chosen, range(400))]
    count = len(made.supply.photos)
    assert np.mean(met) == pytest.approx(15 * 15 / count, rel=0.1)


def test_every_image_has_its_own_label_and_text() -> None:
    one = bench()
    made = batches(one, "captioned", batch=20, augment=0, verbose=0)
    for step in range(5):
        found = made[step]
        for row, modality, label, text in zip(
            rows_of(found.images), found.modality.tolist(), found.labels.tolist(), found.texts, strict=True
        ):
            images = one.sketches if modality == SKETCH else one.photos
            assert label == images.labels[row]
            own = f"a {images.modality} of a{'n' if one.classes[label][0] in 'ae' else ''} {one.classes[label]}"
            assert text == (f"number {row}, in short" if row % 2 else own)


@pytest.mark.parametrize(("verbose", "wanted"), [(0.0, 0.0), (0.25, 0.25), (1.0, 1.0)])
def test_long_captions_are_as_frequent_as_asked(verbose: float, wanted: float) -> None:
    made = batches(bench(), "captioned", batch=60, verbose=verbose)
    ends = Counter(text.split(", ")[1] for step in range(40) for text in made[step].texts if ", " in text)
    assert ends["at length"] / ends.total() == pytest.approx(wanted, abs=0.04)


@pytest.mark.parametrize(("mix", "sketches"), [(0.5, 10), (0.25, 5), (0.1, 2), (0.0, 0), (1.0, 20)])
def test_the_mix_is_the_share_of_sketches(mix: float, sketches: int) -> None:
    found = batches(bench(), "captioned", batch=20, mix=mix)[0]
    assert Counter(found.modality.tolist()) == Counter({SKETCH: sketches, PHOTO: 20 - sketches})
    assert len(found) == len(found.texts) == 20
    bare = batches(bench(), "unlabelled", batch=20, mix=mix)[0]
    assert (len(bare.sketches), len(bare.photos)) == (sketches, 20 - sketches)


def test_a_part_of_a_captioned_batch_has_both_modalities() -> None:
    made = batches(bench(), "captioned", batch=40)
    assert all(0 < made[step].modality[:20].sum() < 20 for step in range(20))


def test_photos_are_gone_through_at_their_own_pace() -> None:
    """Twice as many sketches as photos: photos have had two epochs when sketches have had one."""
    one = bench()
    made = batches(one, "captioned", batch=8)
    count = len(one.train.photos)
    photos = np.concatenate([made.chosen(step)[1] for step in range(count)])
    assert (np.bincount(photos) == 4).all()
    assert made.steps_an_epoch == len(one.train.sketches) / 4


def test_classes_come_evenly_or_as_they_are() -> None:
    one = bench(uneven=True)
    for balanced in (True, False):
        made = batches(one, "captioned", batch=20, balanced=balanced, augment=0)
        for place, pool in enumerate((made.supply.sketches, made.supply.photos)):
            seen = Counter(pool.labels[np.concatenate([made.chosen(step)[place] for step in range(30)])].tolist())
            assert set(seen) == set(range(len(SEEN)))
            assert set(seen.values()) == {60} if balanced else seen[4] > 3 * seen[0]


def test_a_benchmark_without_sketches_says_so_or_goes_without() -> None:
    with pytest.raises(ValueError, match="a batch takes 10 sketch images, and numbers/all has 0 to learn from"):
        batches(bench(), "captioned", batch=20, sketches=0)
    found = batches(bench(), "captioned", batch=20, sketches=0, mix=0)[0]
    assert (found.modality == PHOTO).all()


def test_an_extra_class_has_a_text_and_a_number_of_its_own() -> None:
    made = batches(bench(), "captioned", batch=20, extra=extra("sketch", ("yak",), each=40), augment=0)
    texts = {text for step in range(20) for text in made[step].texts}
    labels = {label for step in range(20) for label in made[step].labels.tolist()}
    assert "a sketch of a yak" in texts
    assert "a photo of a yak" not in texts
    assert labels == {0, 1, 2, 3, 4, 5}
    assert made.classes[5] == "yak"


def test_one_sentence_a_class_if_asked() -> None:
    """Written captions and the word sketch are gone; extra classes have their sentence, too."""
    made = batches(bench(), "captioned", batch=20, captions="class", extra=extra("sketch", ("yak",), each=40))
    met = set()
    for step in range(5):
        found = made[step]
        names = [made.classes[label] for label in found.labels.tolist()]
        assert found.texts == [f"a photo of {'an' if name[0] in 'ae' else 'a'} {name}" for name in names]
        assert set(found.modality.tolist()) == {PHOTO, SKETCH}
        met |= set(names)
    assert met == {*SEEN, "yak"}


def test_two_views_are_of_the_same_images() -> None:
    plain, varied = (batches(bench(), "unlabelled", batch=20, views=2, augment=a)[3] for a in (0.0, 1.0))
    assert plain.other_sketches is not None
    assert varied.other_photos is not None
    assert torch.equal(plain.sketches, plain.other_sketches)
    assert torch.equal(plain.photos, plain.other_photos)
    assert not torch.equal(varied.photos, varied.other_photos)
    assert not torch.equal(varied.sketches, varied.other_sketches)
    assert batches(bench(), "unlabelled", batch=20)[3].other_photos is None


@pytest.mark.parametrize(
    ("kind", "dial", "value", "message"),
    [
        ("captioned", "mix", 1.5, "the mix is the share of sketches in a batch, from 0 to 1; got 1.5"),
        ("captioned", "verbose", -1.0, "verbose is how often the long caption is taken, from 0 to 1; got -1.0"),
        ("captioned", "captions", "own", "captions are written or class; got 'own'"),
        ("paired", "verbose", 2.0, "verbose is how often the long caption is taken, from 0 to 1; got 2.0"),
        ("unlabelled", "views", 3, "unlabelled images come in 1 view or in 2; got 3"),
        ("captioned", "augment", 2.0, r"a strength goes from 0 \(the identity\) to 1; got 2.0"),
    ],
)
def test_dials_have_their_bounds(kind: str, dial: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        batches(bench(), kind, batch=4, **{dial: value})

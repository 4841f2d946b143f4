from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import exp

import numpy as np
import pytest
import torch
from numbered import SEEN, bench, extra, rows_of, sided

from sbirlib.data import batches


def test_the_photo_is_of_the_sketchs_class_and_the_negative_never_is() -> None:
    one = bench()
    for similarity in (None, 5 * torch.eye(5)):
        made = batches(one, "triplet", batch=20, similarity=similarity, augment=0)
        for step in range(20):
            found = made[step]
            assert torch.equal(one.sketches.labels[rows_of(found.sketches)], found.labels)
            assert torch.equal(one.photos.labels[rows_of(found.photos)], found.labels)
            assert torch.equal(one.photos.labels[rows_of(found.negatives)], found.negative_labels)
            assert (found.labels != found.negative_labels).all()


def test_without_similarity_all_other_classes_are_equally_likely() -> None:
    made = batches(bench(uneven=True), "triplet", batch=50)
    labels = made.supply.photos.labels
    seen = Counter(
        (label, negative)
        for sketches, _, negatives in map(made.chosen, range(200))
        for label, negative in zip(
            made.supply.sketches.labels[sketches].tolist(), labels[negatives].tolist(), strict=True
        )
    )
    for label in range(5):
        counts = np.array([seen[label, other] for other in range(5) if other != label])
        assert (np.abs(counts / counts.sum() - 0.25) < 0.05).all()


@pytest.mark.parametrize("temperature", [0.5, 0.1])
def test_hard_negatives_follow_the_similarity_by_hand(temperature: float) -> None:
    """An ant is like a bee (.3) and somewhat like a cat (.1)."""
    similarity = torch.zeros(5, 5)
    similarity[0] = torch.tensor([1.0, 0.3, 0.1, 0.0, 0.0])
    made = batches(bench(20), "triplet", batch=50, similarity=similarity, temperature=temperature)
    weights = np.array([0, *(exp(s / temperature) for s in (0.3, 0.1, 0.0, 0.0))])
    assert made.odds[0].numpy() == pytest.approx(weights / weights.sum())
    labels = made.supply.photos.labels
    seen = torch.cat(
        [
            labels[negatives][made.supply.sketches.labels[sketches] == 0]
            for sketches, _, negatives in map(made.chosen, range(150))
        ]
    )
    assert np.bincount(seen, minlength=5) / len(seen) == pytest.approx(weights / weights.sum(), abs=0.04)


def test_positives_and_negatives_are_any_photo_of_their_class() -> None:
    made = batches(bench(), "triplet", batch=30)
    _, photos, negatives = (np.concatenate(parts) for parts in zip(*map(made.chosen, range(60)), strict=True))
    everything = set(range(len(made.supply.photos)))
    assert set(photos.tolist()) == set(negatives.tolist()) == everything


def test_sketches_come_evenly_by_class_if_asked() -> None:
    made = batches(bench(uneven=True), "triplet", batch=25, balanced=True)
    assert all(set(Counter(made[step].labels.tolist()).values()) == {5} for step in range(6))


def test_extra_sketches_and_photos_are_of_the_classes_there_are() -> None:
    assert len(batches(bench(), "triplet", batch=4, extra=extra("photo", ("cat",)))[0]) == 4
    with pytest.raises(ValueError, match="here extra data are of the seen classes; numbers/all has no yak"):
        batches(bench(), "triplet", batch=4, extra=extra("photo", ("yak",)))


def test_what_makes_no_triplet_is_refused() -> None:
    one = bench()
    without = replace(one, photos=one.photos.take(one.photos.labels != 2))
    with pytest.raises(ValueError, match=r"a triplet has a photo of the sketch's class, and there is none of cat$"):
        batches(without, "triplet", batch=4)
    with pytest.raises(ValueError, match=r"a negative is of another class, and all photos are of ant$"):
        batches(replace(one, seen_classes=SEEN[:1]), "triplet", batch=4)
    with pytest.raises(ValueError, match=r"similarity is over the seen classes, \(5, 5\); got \(7, 7\)"):
        batches(one, "triplet", batch=4, similarity=torch.eye(7))
    with pytest.raises(ValueError, match=r"similarity has no number for some pairs of classes, as of dog$"):
        batches(one, "triplet", batch=4, similarity=torch.eye(5).index_fill(0, torch.tensor([3]), torch.nan))
    with pytest.raises(ValueError, match="a temperature is above 0; got 0"):
        batches(one, "triplet", batch=4, temperature=0)
    with pytest.raises(ValueError, match="a batch takes 4 sketch images, and numbers/all has 0 to learn from"):
        batches(one, "triplet", batch=4, sketches=0)


def test_what_is_not_shown_needs_no_similarity() -> None:
    one = bench()
    similarity = torch.zeros(5, 5)
    similarity[:, 2] = torch.nan  # no cat has training sketches or photos here
    without = [images.take(images.labels != 2) for images in (one.sketches, one.photos)]
    shown = replace(one, sketches=without[0], photos=without[1])
    assert len(batches(shown, "triplet", batch=4, similarity=similarity)[0]) == 4


def test_photo_and_negative_are_varied_apart() -> None:
    """All photos are the same here: only their guises differ."""
    found = batches(sided(), "triplet", batch=6)[0]
    assert not torch.equal(found.photos, found.negatives)

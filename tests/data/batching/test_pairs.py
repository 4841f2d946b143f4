from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from numbered import bench, rows_of, sided

from sbirlib.data import batches


def test_a_sketch_comes_with_the_photo_it_was_drawn_from() -> None:
    """Sketches 2i and 2i + 1 were drawn from photo i."""
    one = bench()
    made = batches(one, "paired", batch=15, augment=0)
    for step in range(10):
        found = made[step]
        sketches, photos = rows_of(found.sketches), rows_of(found.photos)
        assert [row // 2 for row in sketches] == photos == found.instances.tolist()
        assert found.labels.tolist() == one.photos.labels[photos].tolist()


def test_sketch_and_photo_have_each_their_own_text() -> None:
    one = bench()
    made = batches(one, "paired", batch=15, augment=0, verbose=0)
    rows, photos = made.chosen(3)
    assert made[3].sketch_texts == [made.supply.sketches.caption(row) for row in rows]
    assert made[3].photo_texts == [made.supply.photos.caption(row) for row in photos]
    named = batches(one, "paired", batch=15, captions="class")[3]
    assert named.sketch_texts == named.photo_texts
    assert (
        named.sketch_texts[0]
        == f"a photo of {'an' if (name := one.classes[named.labels[0]])[0] in 'ae' else 'a'} {name}"
    )


def test_the_order_of_the_photos_does_not_matter_to_who_belongs_to_whom() -> None:
    one = bench()
    order = torch.randperm(len(one.photos), generator=torch.Generator().manual_seed(0))
    found = batches(replace(one, photos=one.photos.take(order)), "paired", batch=15, augment=0)[0]
    assert [row // 2 for row in rows_of(found.sketches)] == rows_of(found.photos)


def test_an_epoch_goes_through_all_sketches_that_have_their_photo() -> None:
    one = bench()
    kept = one.train.photos.keys[::2]
    fewer = replace(one, photos=one.photos.take(np.isin(one.photos.keys, kept)))
    made = batches(fewer, "paired", batch=10)
    sketches = np.concatenate([made.chosen(step)[0] for step in range(2 * len(kept))])[: 4 * len(kept)]
    assert set(Counter(sketches.tolist()).values()) == {2}
    assert len(set(sketches.tolist())) == 2 * len(kept)
    assert made.steps_an_epoch == -(-2 * len(kept) // 10)


def test_photos_that_are_held_out_take_their_sketches_with_them() -> None:
    made = batches(bench(), "paired", batch=10, photos=0.5, augment=0)
    pairs = (made.photo_of >= 0).sum()
    assert pairs == 2 * len(made.supply.photos)
    assert len(made.supply.photos) < len(bench().train.photos)


def test_classes_come_evenly_if_asked() -> None:
    made = batches(bench(uneven=True), "paired", batch=25, balanced=True)
    assert all(set(Counter(made[step].labels.tolist()).values()) == {5} for step in range(6))


def test_pairs_of_a_class_stand_together_if_asked() -> None:
    made = batches(bench(uneven=True), "paired", batch=12, together=4)
    runs = torch.cat([made[step].labels for step in range(10)]).reshape(-1, 4)
    assert (runs == runs[:, :1]).all()
    assert max(counts := Counter(runs[:, 0].tolist()).values()) - min(counts) <= 1
    first = made.chosen(0)[0][:4]
    assert len(set(first.tolist())) == 4
    assert not torch.equal(made[0].labels, batches(bench(uneven=True), "paired", batch=12)[0].labels)
    with pytest.raises(ValueError, match="a batch of 10 pairs is no multiple of 4 pairs of a class"):
        batches(bench(), "paired", batch=10, together=4)


def test_a_pair_is_mirrored_together_and_otherwise_goes_its_own_ways() -> None:
    made = batches(sided(), "paired", batch=40)
    left = []
    for step in range(5):
        found = made[step]
        sides = [images.float().unflatten(3, (2, 16)).mean((1, 2, 4)) for images in (found.sketches, found.photos)]
        assert torch.equal(*((side[:, 0] < side[:, 1]) for side in sides))
        left.append((sides[0][:, 0] < sides[0][:, 1]).float())
    assert torch.cat(left).mean() == pytest.approx(0.5, abs=0.12)


def test_data_without_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="numbers/all does not tell which photo a sketch was drawn from: no pairs"):
        batches(bench(paired=False), "paired", batch=4)
    one = bench()
    loose = replace(one.sketches, items=replace(one.sketches.items, instances=torch.full((len(one.sketches),), -1)))
    with pytest.raises(ValueError, match="a batch takes 4 sketch images, and numbers/all has 0 to learn from"):
        batches(replace(one, sketches=loose), "paired", batch=4)

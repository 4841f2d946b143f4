from __future__ import annotations

import torch

from sbirlib.data import simulated


def test_a_seed_gives_one_collection() -> None:
    one, again, other = simulated(3), simulated(3), simulated(4)
    assert torch.equal(one.sketches, again.sketches)
    assert torch.equal(one.photos, again.photos)
    assert not torch.equal(one.sketches, other.sketches)


def test_sketches_are_nearest_to_their_own_photo_and_class_on_average() -> None:
    one = simulated(0, gap=0.0)
    similar = torch.nn.functional.normalize(one.sketches, dim=1) @ torch.nn.functional.normalize(one.photos, dim=1).T
    own = one.sketch_items.instances[:, None] == one.photo_items.instances[None]  # type: ignore[index]
    kin = one.sketch_items.labels[:, None] == one.photo_items.labels[None]
    assert similar[own].mean() > similar[kin & ~own].mean() > similar[~kin].mean() + 0.2


def test_the_extension_repeats_the_paired_photos_only_when_asked() -> None:
    for repeats in (True, False):
        items = simulated(0, repeats=repeats).photo_items
        assert items.sources is not None
        paired = [k for k, s in zip(items.keys, items.sources, strict=True) if s == "paired"]
        extended = {k for k, s in zip(items.keys, items.sources, strict=True) if s == "extend"}
        assert set(paired) <= extended if repeats else not set(paired) & extended


def test_the_gap_moves_all_sketches_by_one_vector() -> None:
    near, far = simulated(0, gap=0.0), simulated(0, gap=2.0)
    shift = far.sketches - near.sketches
    assert torch.allclose(shift, shift[:1].expand_as(shift), atol=1e-5)
    assert shift[0].norm() > 1
    assert torch.equal(near.photos, far.photos)

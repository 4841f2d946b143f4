"""What holds for every kind: a batch hangs on its seed and step alone, and shows nothing that is tested on."""

from __future__ import annotations

import pickle
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import torch
from numbered import SEEN, bench, extra, rows_of, same, sided

import sbirlib as sb
from sbirlib.data import Captioned, ImageSet, Pairs, Triplets, Unlabelled
from sbirlib.data.batching import Batch, Batches
from sbirlib.data.roles import TRAIN

# from Python 3.12 on, starting workers beside any other thread (as of a BLAS) warns
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

KINDS: dict[str, dict[str, Any]] = {
    "captioned": {"balanced": True, "mix": 0.3},
    "triplet": {"similarity": torch.eye(5)},
    "paired": {},
    "unlabelled": {"views": 2},
}
EVERY = pytest.mark.parametrize("kind", [*KINDS, "none"])


def made(kind: str, seed: int = 0, **dials: Any) -> Batches[Any]:
    return sb.data.batches(bench(), kind, batch=10, seed=seed, **(KINDS.get(kind, {}) | dials))


@EVERY
def test_a_batch_hangs_on_its_seed_and_step_alone(kind: str) -> None:
    one, again = made(kind), made(kind)
    forwards = [one[step] for step in range(4)]
    backwards = [again[step] for step in reversed(range(4))][::-1]
    assert all(map(same, forwards, backwards))
    assert not same(forwards[0], forwards[1])
    assert not same(forwards[0], made(kind, seed=1)[0])


@EVERY
def test_workers_change_nothing(kind: str) -> None:
    one = made(kind)
    alone, shared = list(one.loader(stop=7)), list(one.loader(stop=7, workers=2))
    assert len(alone) == 7
    assert all(map(same, alone, shared))


@EVERY
def test_a_run_that_is_resumed_is_the_unbroken_one(kind: str) -> None:
    whole = list(made(kind).loader(stop=9))
    resumed = list(made(kind).loader(5, 9, workers=1))
    assert len(resumed) == 4
    assert all(map(same, whole[5:], resumed))


def test_processes_share_the_steps_out() -> None:
    one = made("paired")
    whole = list(one.loader(stop=6))
    for process in range(2):
        assert all(map(same, whole[process::2], one.loader(process, 6, stride=2)))


def test_without_a_stop_it_goes_on() -> None:
    one = made("captioned")
    steps = 2 * one.steps_an_epoch + 1
    found = [batch for _, batch in zip(range(steps), one.loader(), strict=False)]
    assert len(found) == steps
    assert same(found[-1], one[steps - 1])


@EVERY
def test_they_travel_to_a_worker_that_is_started_afresh(kind: str) -> None:
    one = made(kind)
    assert same(pickle.loads(pickle.dumps(one))[3], one[3])


def test_pictures_that_are_kept_on_disk_make_the_same_batches() -> None:
    drawn, kept = (sb.data.batches(one, "paired", batch=10) for one in (bench(), bench().keep()))
    assert kept.supply.photos.pictures.kept(8) is not None
    assert all(map(same, drawn.loader(stop=3), kept.loader(stop=3, workers=1)))


@EVERY
@pytest.mark.parametrize("workers", [0, 2])
def test_the_callers_random_numbers_are_neither_moved_nor_used(kind: str, workers: int) -> None:
    sb.runs.seed(1)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()  # noqa: NPY002 - the global one is meant
    one = list(made(kind).loader(stop=3, workers=workers))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002
    sb.runs.seed(2)
    assert all(map(same, one, made(kind).loader(stop=3, workers=workers)))


def shown(batch: Batch) -> tuple[list[int], list[int]]:
    """The rows of all sketches and of all photos in an unaugmented batch."""
    match batch:
        case Captioned():
            return rows_of(batch.images[batch.modality == 1]), rows_of(batch.images[batch.modality == 0])
        case Triplets():
            return rows_of(batch.sketches), rows_of(batch.photos) + rows_of(batch.negatives)
        case Pairs() | Unlabelled():
            return rows_of(batch.sketches), rows_of(batch.photos)
    raise AssertionError(batch)


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_may_be_learnt_from_is_shown_and_nothing_else(kind: str) -> None:
    """Neither an instance that is tested or selected on, nor a class that is not seen, for many epochs."""
    one = bench()
    batches = sb.data.batches(one, kind, batch=10, augment=0)
    found: tuple[set[int], set[int]] = set(), set()
    for batch in batches.loader(stop=4 * batches.steps_an_epoch):
        for rows, more in zip(found, shown(batch), strict=True):
            rows.update(more)
    for rows, images in zip(found, (one.sketches, one.photos), strict=True):
        allowed = (images.roles == TRAIN) & np.isin(images.names, SEEN)
        assert rows == set(np.flatnonzero(allowed).tolist())


@pytest.mark.parametrize("kind", KINDS)
def test_a_tuning_benchmark_shows_no_validation_class(kind: str) -> None:
    one = bench()
    assert one.validation_classes == ("ant",)
    batches = sb.data.batches(one.tuning, kind, batch=10, augment=0)
    for batch in batches.loader(stop=2 * batches.steps_an_epoch):
        for rows, images in zip(shown(batch), (one.sketches, one.photos), strict=True):
            assert "ant" not in np.array(images.names)[rows]
            assert (images.roles[rows] == TRAIN).all()


@pytest.mark.parametrize("kind", KINDS)
def test_an_epoch_meets_every_sketch_once(kind: str) -> None:
    """Batches of 7 do not divide the epoch: it ends in the middle of one."""
    batches = sb.data.batches(bench(), kind, batch=7)
    count = len(batches.supply.sketches)
    run = np.concatenate([batches.chosen(step)[0] for step in range(count)])
    for epoch in range(3):
        assert sorted(run[epoch * count : (epoch + 1) * count]) == list(range(count))


@pytest.mark.parametrize("kind", KINDS)
def test_images_come_as_they_are_or_in_another_guise_each_step(kind: str) -> None:
    plain, varied = (sb.data.batches(bench(), kind, batch=10, size=16, augment=a) for a in (0.0, 1.0))
    first, again = plain[0], varied[0]
    assert shown_images(first)
    for before, after in zip(shown_images(first), shown_images(again), strict=True):
        assert before.shape == after.shape == (len(before), 3, 16, 16)
        assert before.dtype == after.dtype == torch.uint8
        assert not torch.equal(before, after)


@pytest.mark.parametrize("kind", KINDS)
def test_a_guise_is_for_one_step(kind: str) -> None:
    """All pictures are the same: what differs from step to step is what they were made to look like."""
    made = sb.data.batches(sided(), kind, batch=8, size=32)
    one, two = (shown_images(made[step]) for step in range(2))
    for before, after in zip(one, two, strict=True):
        assert len({tuple(image.flatten().tolist()) for image in torch.cat([before, after])}) > len(before) + 1


def shown_images(batch: Batch) -> list[torch.Tensor]:
    parts = [getattr(batch, field.name) for field in fields(batch)]
    return [part for part in parts if isinstance(part, torch.Tensor) and part.ndim == 4]


@pytest.mark.parametrize("kind", ["captioned", "triplet", "unlabelled"])
def test_what_is_added_is_met_as_often_as_the_rest(kind: str) -> None:
    own, more = len(bench().train.sketches), extra("sketch", ("cat", "dog"), each=10)
    batches = sb.data.batches(bench(), kind, batch=10, extra=more)
    sketches = np.concatenate([batches.chosen(step)[0] for step in range(own + 20)])[: 2 * (own + 20)]
    assert (np.bincount(sketches, minlength=own + 20) == 2).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_is_no_larger_than_the_data(kind: str) -> None:
    have = {"sketch": len(bench().train.sketches), "photo": len(bench().train.photos)}
    batch = 2 * have["photo"] + 2 if kind in ("captioned", "unlabelled") else have["sketch"] + 1
    modality = "photo" if kind in ("captioned", "unlabelled") else "sketch"
    with pytest.raises(
        ValueError, match=rf"a batch takes {have[modality] + 1} {modality} images, and numbers/all has "
    ):
        sb.data.batches(bench(), kind, batch=batch)
    assert len(sb.data.batches(bench(), kind, batch=batch - 2)[0])


def test_steps_are_counted_from_0() -> None:
    with pytest.raises(IndexError, match="steps are counted from 0, and there is no last one; got -1"):
        made("paired")[-1]
    with pytest.raises(ValueError, match="a batch has at least one item; got 0"):
        sb.data.batches(None, "none", batch=0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_steps_names_are_the_keys_of_what_it_shows_and_nothing_is_drawn(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made(kind, seed=5)
    monkeypatch.setattr(ImageSet, "pixels", None)
    sides = {"sketches": one.supply.sketches, "photos": one.supply.photos, "negatives": one.supply.photos}
    said = []
    for (side, images), rows in zip(sides.items(), one.chosen(12), strict=False):
        first, second, *rest = sorted(images.keys[row] for row in rows)
        said.append(f"{side} {first}, {second} and {len(rest)} more" if rest else f"{side} {first}, {second}")
    assert one.names(12) == f"step 12 of seed 5: {'; '.join(said)}"
    assert len(said) == (3 if kind == "triplet" else 2)


def test_names_by_hand() -> None:
    assert made("captioned", mix=0.1).names(0).startswith("step 0 of seed 0: sketches ")
    assert made("captioned", mix=0.0).names(0).startswith("step 0 of seed 0: photos ")
    nothing = made("none", seed=3)
    assert nothing.names(7) == f"step 7 of seed 3: 10 to make up, from seed {nothing[7].seed}"
    for kind in ("paired", "none"):
        with pytest.raises(IndexError, match="steps are counted from 0, and there is no last one; got -1"):
            made(kind).names(-1)


@EVERY
def test_an_epoch_has_its_steps(kind: str) -> None:
    """Of a mixed batch, those of whichever modality takes longer: here sketches, 3 or 5 a batch."""
    sketches = len(bench().train.sketches)
    each = {"captioned": 3, "unlabelled": 5, "triplet": 10, "paired": 10}
    assert made(kind).steps_an_epoch == (-(-sketches // each[kind]) if kind in each else 1)

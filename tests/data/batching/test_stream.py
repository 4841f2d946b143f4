"""Batches of any size are cuts of one stream: what stands at a position hangs on the seed and the position alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import torch
from numbered import Noisy, bench, sided
from torch import Tensor

from sbirlib.data import Batches, Captioned, ImageSet, batches
from sbirlib.data.batching import Batch, drawn
from sbirlib.data.pictures import Bytes, Ints

# from Python 3.12 on, starting workers beside any other thread (as of a BLAS) warns
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

DIALS: dict[str, tuple[str, dict[str, Any]]] = {
    "captioned": ("captioned", {"verbose": 0.5}),
    "captioned, balanced": ("captioned", {"verbose": 0.5, "balanced": True}),
    "captioned, few sketches": ("captioned", {"mix": 1 / 3}),
    "captioned photos": ("captioned", {"mix": 0.0}),
    "triplet": ("triplet", {}),
    "triplet, balanced": ("triplet", {"balanced": True}),
    "triplet, hard": ("triplet", {"similarity": torch.arange(25.0).reshape(5, 5) / 25}),
    "paired": ("paired", {}),
    "paired, balanced": ("paired", {"balanced": True}),
    "paired, together": ("paired", {"together": 2}),
    "unlabelled": ("unlabelled", {}),
    "unlabelled, two views": ("unlabelled", {"views": 2}),
}
EVERY = pytest.mark.parametrize("what", DIALS)
SMALL = 6


class Alike(Noisy):
    """One noise for all."""

    def draw(self, rows: Ints, size: int) -> Bytes:
        return super().draw(0 * rows, size)


def made(what: str, batch: int = SMALL, seed: int = 0, side: int = 17, **more: Any) -> Batches[Any]:
    """Of noise, so that a picture tells who it is and in which guise; the side divides by nothing."""
    kind, dials = DIALS[what]
    return batches(sided(Noisy, side), kind, batch=batch, seed=seed, augment=1.0, **(dials | more))


def tensors(batch: Batch) -> dict[str, Tensor]:
    held = {field.name: getattr(batch, field.name) for field in fields(batch)}
    return {name: part for name, part in held.items() if isinstance(part, Tensor)}


def content(parts: list[Batch]) -> Any:
    """What some batches hold together: in its order, or of mixed ones in an order that hangs on the items alone."""
    whole = {name: torch.cat([tensors(part)[name] for part in parts]) for name in tensors(parts[0])}
    if not isinstance(parts[0], Captioned):
        return {name: (tensor.shape, tensor.numpy().tobytes()) for name, tensor in whole.items()}
    texts = [text for part in parts if isinstance(part, Captioned) for text in part.texts]
    images = [image.numpy().tobytes() for image in whole["images"]]
    columns = (images, whole["modality"].tolist(), whole["labels"].tolist(), texts)
    return sorted(zip(*columns, strict=True))


@EVERY
@pytest.mark.parametrize("processes", [2, 3])
def test_small_batches_in_a_row_are_the_large_one_bit_for_bit(what: str, processes: int) -> None:
    """Over more than an epoch of sketches, of which there are about 80."""
    small, large = made(what), made(what, processes * SMALL)
    for k in range(2 + large.steps_an_epoch):
        parts = [small[k * processes + r] for r in range(processes)]
        assert content(parts) == content([large[k]])


@EVERY
def test_processes_show_together_what_one_does(what: str) -> None:
    """As a data-parallel run takes them, resumed at the third step, one process with a worker."""
    ours = [made(what).loader(2 * 3 + r, 2 * 6, stride=2, workers=r) for r in range(2)]
    alone = made(what, 2 * SMALL).loader(3, 6)
    steps = list(zip(*ours, alone, strict=True))
    assert len(steps) == 3
    for *parts, whole in steps:
        assert content(parts) == content([whole])


@EVERY
def test_sizes_that_do_not_divide_each_other_cut_the_same_stream(what: str) -> None:
    """Two steps of 18 or three of 12."""
    ours, theirs = made(what, 18), made(what, 12)
    assert content([ours[step] for step in (4, 5)]) == content([theirs[step] for step in (6, 7, 8)])


@EVERY
def test_no_guise_comes_twice(what: str) -> None:
    """All pictures are one here: positions, roles, views and seeds differ by what they make of it."""
    kind, dials = DIALS[what]
    images: dict[str, list[Any]] = {}
    for seed in range(2):
        ours = batches(sided(Alike, 16), kind, batch=10, seed=seed, **dials)
        for step in range(5):
            for name, part in tensors(ours[step]).items():
                if part.ndim == 4:
                    images.setdefault(name, []).extend(part)
    every = [image.numpy().tobytes() for parts in images.values() for image in parts]
    assert len(every) == 100 * len(images) // (2 if kind == "unlabelled" else 1)
    assert len(set(every)) == len(every)


def test_the_two_views_are_apart_and_the_first_is_there_without_the_second() -> None:
    one, two = made("unlabelled")[4], made("unlabelled, two views")[4]
    assert torch.equal(one.sketches, two.sketches)
    assert torch.equal(one.photos, two.photos)
    for first, second in ((two.sketches, two.other_sketches), (two.photos, two.other_photos)):
        assert (first != second).flatten(1).any(dim=1).all()


@EVERY
def test_no_two_pictures_have_their_numbers_in_common(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the first one of a pair, which says whether it is mirrored."""
    given: dict[str, list[Tensor]] = {"sketches": [], "photos": []}

    def noted(side: str) -> Callable[..., Tensor]:
        def vary(images: Tensor, numbers: Tensor, strength: float) -> Tensor:
            given[side].append(numbers)
            return images

        return vary

    for side in given:
        monkeypatch.setattr(drawn, f"augment_{side}", noted(side))
    for seed in range(2):
        ours = made(what, seed=seed)
        _ = [ours[step] for step in range(8)]
    rows = torch.cat([numbers for parts in given.values() for numbers in parts])
    assert len(rows) >= 2 * 8 * SMALL
    assert len({tuple(row) for row in rows[:, 1:4].tolist()}) == len(rows)
    if DIALS[what][0] == "paired":
        first, second = (torch.cat(parts) for parts in given.values())
        assert torch.equal(first[:, 0], second[:, 0])
        assert (first[:, 1:] != second[:, 1:]).all()
    else:
        assert len(set(rows[:, 0].tolist())) == len(rows)


def independent(*runs: Any) -> bool:
    """No number of a position tells of another of its numbers or of its neighbour's, within 4.5 deviations."""
    beside = np.corrcoef([*(run[1:] for run in runs), *(run[:-1] for run in runs)])
    np.fill_diagonal(beside, 0)
    return bool(np.abs(beside).max() < 4.5 / np.sqrt(len(runs[0])))


def test_photos_and_negatives_are_chosen_apart() -> None:
    """By their place among the photos of their class, and a negative's class."""
    triplets = made("triplet", 40)
    photos = triplets.supply.photos
    place = np.zeros(len(photos))
    for rows in photos.of_class.values():
        place[rows] = np.arange(len(rows))
    _, photo, negative = (np.concatenate(rows) for rows in zip(*map(triplets.chosen, range(250)), strict=True))
    assert independent(place[photo], place[negative], photos.labels.numpy()[negative])


def test_sketches_and_photos_have_their_long_captions_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    long: dict[str, list[bool]] = {"sketch": [], "photo": []}
    monkeypatch.setattr(ImageSet, "caption", lambda self, row, verbose: long[self.modality].append(verbose) or "")
    captioned = batches(bench(), "captioned", batch=40, verbose=0.5, augment=0)
    _ = [captioned[step] for step in range(250)]
    assert independent(*long.values())

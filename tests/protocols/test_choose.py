from __future__ import annotations

import pytest
import torch

from sbirlib.protocols import Items, Protocol, choose

# three classes, 0 and 1 unseen, 2 seen; photo rows: p0 p1 p2 paired; e0 is p0 again, e1..e3 new, one of each class
LABELS = torch.tensor([0, 1, 2, 0, 0, 1, 2])
PHOTOS = Items(
    labels=LABELS,
    seen=LABELS == 2,
    keys=["a/0", "b/0", "c/0", "a/0", "a/x", "b/x", "c/x"],
    instances=torch.tensor([0, 1, 2, -1, -1, -1, -1]),
    sources=["paired"] * 3 + ["extend"] * 4,
)
SKETCH_LABELS = torch.tensor([0, 0, 1, 2])
SKETCHES = Items(SKETCH_LABELS, SKETCH_LABELS == 2, ["a/0-1", "a/0-2", "b/0-1", "c/0-1"], torch.tensor([0, 0, 1, 2]))


def chosen(task: str, gallery: str = "full", metric: str = "sbirlib") -> list[tuple[list[int], list[int]]]:
    choice = choose(Protocol(task, "sketchy/split2", gallery, metric), SKETCHES, PHOTOS)
    return [(queries.tolist(), photos.tolist()) for queries, photos in choice.groups]


@pytest.mark.parametrize(
    ("gallery", "photos"),
    [
        ("extend", [3, 4, 5]),
        ("paired", [0, 1]),
        ("extend+paired", [0, 1, 3, 4, 5]),
        ("extend+paired-dedup", [1, 3, 4, 5]),  # p0 stands in the extension as e0
    ],
)
def test_the_gallery_is_what_its_name_says(gallery: str, photos: list[int]) -> None:
    assert chosen("zero-shot", gallery) == [([0, 1, 2], photos)]


def test_tasks_take_seen_and_unseen_as_they_say() -> None:
    assert chosen("seen", "extend") == [([3], [6])]
    assert chosen("gzs/seen+unseen", "extend") == [([0, 1, 2], [3, 4, 5, 6])]
    assert chosen("gzs/full-gallery", "extend+paired") == [([0, 1, 2], [0, 1, 2, 3, 4, 5, 6])]


def test_what_was_trained_on_is_met_only_where_the_task_says_so() -> None:
    labels = torch.tensor([0, 0, 1, 1, 1, 1])
    trained = torch.tensor([False, False, True, True, False, False])
    items = Items(labels, labels == 1, list("abcdef"), trained=trained)

    def groups(task: str) -> tuple[list[int], list[int]]:
        ((queries, photos),) = choose(Protocol(task, "world/mixed"), items, items).groups
        return queries.tolist(), photos.tolist()

    assert groups("seen") == ([4, 5], [4, 5])
    assert groups("gzs/seen+unseen") == ([0, 1], [0, 1, 4, 5])
    assert groups("gzs/full-gallery") == ([0, 1], [0, 1, 2, 3, 4, 5])
    many = torch.cat([torch.zeros(10, dtype=torch.long), torch.ones(6, dtype=torch.long)])
    old = torch.tensor([False] * 10 + [True, True, False, False, False, False])
    pool = Items(many, many == 1, [f"{i:02d}" for i in range(16)], trained=old)
    ((queries, _),) = choose(Protocol("gzs/sempcyc20", "world/mixed"), pool, pool).groups
    assert set(queries[10:].tolist()) == {10, 11}  # SEM-PCYC draws from what was trained on


def test_sempcycs_fifth_is_drawn_by_key_and_repeats() -> None:
    labels = torch.tensor([0] * 50 + [1] * 40)
    keys = [f"item/{i:02d}" for i in range(90)]
    items = Items(labels, labels == 1, keys)
    protocol = Protocol("gzs/sempcyc20", "world/mixed")
    ((queries, photos),) = choose(protocol, items, items).groups
    assert queries[:50].tolist() == list(range(50))
    assert len(queries) == len(photos) == 60
    assert all(50 <= row < 90 for row in queries[50:].tolist())
    ((again, _),) = choose(protocol, items, items).groups
    assert again.tolist() == queries.tolist()
    # another order of storage chooses the same items: keys decide
    order = torch.randperm(90, generator=torch.Generator().manual_seed(0))
    shuffled = Items(labels[order], labels[order] == 1, [keys[i] for i in order])
    ((other, _),) = choose(protocol, shuffled, shuffled).groups
    assert {shuffled.keys[i] for i in other.tolist()} == {keys[i] for i in queries.tolist()}


def test_fine_grained_asks_for_the_very_photo_in_two_galleries() -> None:
    assert chosen("fg/all-unseen", "paired", "fine-grained") == [([0, 1, 2], [0, 1])]
    assert chosen("fg/within-category", "paired", "fine-grained") == [([0, 1], [0]), ([2], [1])]
    choice = choose(Protocol("fg/all-unseen", "sketchy/split2", "paired", "fine-grained"), SKETCHES, PHOTOS)
    assert choice.query_targets.tolist() == [0, 0, 1, 2]  # instances, not classes


def test_the_official_list_has_to_be_given_and_found() -> None:
    protocol = Protocol("fg/sangkloy-1250", "sketchy/split2", "paired", "fine-grained")
    with pytest.raises(ValueError, match="needs the official test list"):
        choose(protocol, SKETCHES, PHOTOS)
    with pytest.raises(ValueError, match="names 2 photos; 1 of them are in the gallery"):
        choose(protocol, SKETCHES, PHOTOS, official=["a/0", "z/9"])
    ((queries, photos),) = choose(protocol, SKETCHES, PHOTOS, official=["a/0", "c/0"]).groups
    assert (queries.tolist(), photos.tolist()) == ([0, 1, 3], [0, 2])


def test_bad_items_are_named() -> None:
    bare = Items(LABELS, LABELS == 2, PHOTOS.keys)
    with pytest.raises(ValueError, match="tells paired from extended photos, and these have no source"):
        choose(Protocol("zero-shot", "sketchy/split2", "extend"), SKETCHES, bare)
    with pytest.raises(ValueError, match="needs to know which photo a sketch was drawn from"):
        choose(Protocol("fg/all-unseen", "sketchy/split2", "full", "fine-grained"), SKETCHES, bare)
    with pytest.raises(ValueError, match="gallery full is for collections without an extension"):
        choose(Protocol("zero-shot", "sketchy/split2"), SKETCHES, PHOTOS)
    odd = Items(LABELS, LABELS == 2, PHOTOS.keys, sources=["web"] * 7)
    with pytest.raises(ValueError, match="source is paired or extend; got web"):
        choose(Protocol("zero-shot", "sketchy/split2", "extend"), SKETCHES, odd)
    all_seen = Items(LABELS, torch.ones(7, dtype=torch.bool), PHOTOS.keys)
    with pytest.raises(ValueError, match="no photo is left"):
        choose(Protocol("zero-shot", "sketchy/split2"), SKETCHES, all_seen)
    few_seen = Items(torch.tensor([0] * 50), torch.zeros(50, dtype=torch.bool), [str(i) for i in range(50)])
    with pytest.raises(ValueError, match="draws 10 seen items; there are 0"):
        choose(Protocol("gzs/sempcyc20", "world/mixed"), few_seen, few_seen)

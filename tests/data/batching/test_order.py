from __future__ import annotations

from collections import Counter

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sbirlib.data.batching.order import Epochs, Rounds, chances, generator, number, rng

SEEDS = st.integers(0, 10**6)


def items(count: int) -> np.ndarray:
    return np.arange(count) * 10 + 3


@settings(deadline=None)
@given(SEEDS, st.integers(1, 30), st.integers(1, 4), st.integers(1, 40))
def test_every_epoch_meets_each_item_once_however_it_is_cut_into_batches(
    seed: int, count: int, epochs: int, batch: int
) -> None:
    order = Epochs(items(count), seed, "photo")
    steps = -(-epochs * count // batch)
    run = np.concatenate([order.at(np.arange(i * batch, (i + 1) * batch)) for i in range(steps)])
    for epoch in range(epochs):
        assert sorted(run[epoch * count : (epoch + 1) * count]) == items(count).tolist()


@settings(deadline=None)
@given(SEEDS, st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 5))
def test_every_round_meets_each_class_once_and_each_class_goes_through_its_own(
    seed: int, counts: list[int], rounds: int
) -> None:
    of_class = {10 * label: np.arange(count) + 100 * label for label, count in enumerate(counts)}
    run = Rounds(of_class, seed, "photo").at(np.arange(rounds * len(counts)))
    for start in range(0, len(run), len(counts)):
        assert sorted(run[start : start + len(counts)] // 100) == list(range(len(counts)))
    for label, count in enumerate(counts):
        mine = run[run // 100 == label]
        times = Counter(mine.tolist())
        assert max(times.values()) - min(times.get(int(item), 0) for item in of_class[10 * label]) <= 1
        assert len(set(mine[:count].tolist())) == min(count, rounds)


def test_orders_differ_by_seed_epoch_and_name() -> None:
    whole = np.arange(40)
    first = Epochs(items(40), 0, "photo").at(whole)
    assert not np.array_equal(first, Epochs(items(40), 1, "photo").at(whole))
    assert not np.array_equal(first, Epochs(items(40), 0, "sketch").at(whole))
    assert not np.array_equal(first, Epochs(items(40), 0, "photo").at(whole + 40))
    assert np.array_equal(first, Epochs(items(40), 0, "photo").at(whole))


def test_all_orders_are_equally_likely() -> None:
    seen = Counter(tuple(Epochs(np.arange(3), seed, "photo").at(np.arange(3)).tolist()) for seed in range(3000))
    assert len(seen) == 6
    assert all(abs(count - 500) < 90 for count in seen.values())  # four standard deviations


def test_a_purpose_has_one_number_and_names_do_not_run_into_each_other() -> None:
    purposes = [
        (0, "a", 1),
        (0, "a", 11),
        (0, "a1", 1),
        (0, "a"),
        (1, "a", 1),
        (0, "1", 1),
        (0, 1, "1"),
        (0, "a", 1, 0),
    ]
    assert len({number(*purpose) for purpose in purposes}) == len(purposes)
    assert number(7, "photo", 2) == number(7, "photo", 2) < 2**63
    assert rng(7, "x").random() == rng(7, "x").random() != rng(8, "x").random()
    assert torch.equal(*(torch.rand(3, generator=generator(7, "x")) for _ in range(2)))


@settings(deadline=None)
@given(SEEDS, st.integers(0, 300), st.integers(0, 20), st.integers(1, 9))
def test_chances_are_rows_of_one_table(seed: int, start: int, count: int, each: int) -> None:
    """The naive way draws everything before them, too."""
    table = rng(seed, "guise", "photo").random((start + count, each))
    found = chances(seed, "guise", "photo", start=start, count=count, each=each)
    assert np.array_equal(found, table[start:])


def test_chances_late_in_a_run_are_there_at_once() -> None:
    start = 10**12
    late = chances(0, "guise", start=start, count=3, each=9)
    assert np.array_equal(late[1:], chances(0, "guise", start=start + 1, count=2, each=9))
    assert not np.isin(late, chances(0, "guise", start=0, count=1000, each=9)).any()


def test_chances_are_evenly_spread_and_tell_nothing_of_each_other() -> None:
    """Neighbours in a run, numbers of one position, other purposes and other seeds, within four standard deviations."""
    count = 20_000
    table = chances(0, "guise", "photo", start=500, count=count, each=9)
    assert (table >= 0).all()
    assert (table < 1).all()
    bins = np.stack([np.histogram(column, 10, (0, 1))[0] for column in table.T])
    assert (np.abs(bins - count / 10) < 4 * np.sqrt(count * 0.1 * 0.9)).all()
    elsewhere = [(1, "guise", "photo"), (0, "guise", "sketch"), (0, "guise", "photo", "negative")]
    others = [chances(*purpose, start=500, count=count, each=9) for purpose in elsewhere]
    beside = np.concatenate([table[1:], *[other[1:] for other in others], table[:-1]], axis=1)
    together = np.corrcoef(beside.T)[:9]
    np.fill_diagonal(together, 0)
    assert np.abs(together).max() < 4.5 / np.sqrt(count)  # the largest of about 400

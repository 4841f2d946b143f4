from __future__ import annotations

import random

import numpy
import pytest
import torch

from sbirlib import runs


def draws() -> tuple[float, float, float]:
    return random.random(), float(numpy.random.rand()), float(torch.rand(()))  # noqa: NPY002


def test_one_call_seeds_all_three_generators() -> None:
    runs.seed(3)
    first = draws()
    runs.seed(3)
    assert draws() == first
    runs.seed(4)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


class Noise(torch.utils.data.Dataset):  # type: ignore[type-arg]
    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> tuple[float, float, float]:
        return draws()


def test_workers_have_streams_of_their_own_that_repeat() -> None:
    def epoch() -> list[tuple[float, ...]]:
        generator = torch.Generator().manual_seed(0)
        loader = torch.utils.data.DataLoader(
            Noise(), batch_size=1, num_workers=2, worker_init_fn=runs.seed_worker, generator=generator
        )
        return [tuple(float(v) for v in item) for item in loader]

    first = epoch()
    assert epoch() == first
    for column in zip(*first, strict=True):  # no two items share a draw, though two workers drew them
        assert len(set(column)) == len(first)


@pytest.mark.parametrize("value", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=r"from 0 to 2\*\*32 - 1"):
        runs.seed(value)

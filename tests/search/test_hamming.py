from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sbirlib.search.hamming import nearest_codes, pack


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_is_a_stable_sort_by_the_bits_that_differ(data: st.DataObject) -> None:
    bits, n = data.draw(st.sampled_from([1, 3, 63, 64, 65, 128, 200])), data.draw(st.integers(1, 80))
    g = torch.Generator().manual_seed(data.draw(st.integers(0, 999)))
    gallery, queries = torch.rand(n, bits, generator=g) > 0.5, torch.rand(3, bits, generator=g) > 0.5
    k = data.draw(st.integers(1, 100))  # beyond n too
    distances, rows = nearest_codes(pack(queries), pack(gallery), k)
    every = (queries[:, None] != gallery).sum(2)
    expected = every.sort(dim=1, stable=True)
    assert rows.tolist() == expected.indices[:, :k].tolist()
    assert distances.tolist() == expected.values[:, :k].tolist()


def test_the_largest_distance_is_found_too() -> None:
    zeros, ones = torch.zeros(1, 128, dtype=torch.bool), torch.ones(2, 128, dtype=torch.bool)
    distances, rows = nearest_codes(pack(zeros), pack(torch.cat([ones, zeros])), 3)
    assert distances.tolist() == [[0, 128, 128]]
    assert rows.tolist() == [[2, 0, 1]]


def test_packed_codes_are_words_filled_up_with_zeros() -> None:
    packed = pack(torch.tensor([[True] * 65]))
    assert packed.dtype == np.uint64
    assert int(np.bitwise_count(packed).sum()) == 65 if hasattr(np, "bitwise_count") else packed.shape == (1, 2)


def test_codes_of_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="codes of 2 words were expected; got 1"):
        nearest_codes(pack(torch.ones(1, 64) > 0), pack(torch.ones(1, 65) > 0), 1)

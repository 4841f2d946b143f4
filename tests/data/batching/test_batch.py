from __future__ import annotations

from dataclasses import fields

import pytest
import torch

from sbirlib.data import Captioned, Nothing, Pairs, Triplets, Unlabelled
from sbirlib.data.batching import Batch


def filled(kind: type[Batch]) -> Batch:
    """Three items of each part; the meta device stands for another one."""
    parts = {field.name: torch.zeros(3, dtype=torch.float64) for field in fields(kind)}
    return kind(**(parts | ({"texts": ["a", "b", "c"]} if kind is Captioned else {})))


@pytest.mark.parametrize("kind", [Captioned, Triplets, Pairs, Unlabelled])
def test_every_tensor_moves_and_nothing_else_changes(kind: type[Batch]) -> None:
    one = filled(kind)
    moved = one.to("meta")
    assert type(moved) is kind
    for field in fields(kind):
        before, after = getattr(one, field.name), getattr(moved, field.name)
        if isinstance(before, torch.Tensor):
            assert (before.device.type, after.device.type) == ("cpu", "meta")
        else:
            assert after == before
    assert len(moved) == len(one) == (6 if kind is Unlabelled else 3)


def test_one_view_stays_one_view() -> None:
    assert Unlabelled(torch.zeros(2), torch.zeros(3)).to("meta").other_photos is None
    assert len(Unlabelled(torch.zeros(2), torch.zeros(3))) == 5


def test_unlabelled_batches_have_no_place_for_a_label() -> None:
    assert {field.name for field in fields(Unlabelled)} == {"sketches", "photos", "other_sketches", "other_photos"}


def test_nothing_is_a_count_and_a_seed() -> None:
    assert len(Nothing(5, 1).to("meta")) == 5
    assert Nothing(5, 1).to("meta").seed == 1


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("kind", [Captioned, Triplets, Pairs, Unlabelled])
def test_every_tensor_is_pinned(kind: type[Batch]) -> None:
    pinned = filled(kind).pin_memory()
    tensors = [part for field in fields(kind) if isinstance(part := getattr(pinned, field.name), torch.Tensor)]
    assert tensors
    assert all(tensor.is_pinned() for tensor in tensors)

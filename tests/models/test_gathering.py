"""One process here; what two do is in tests/training/test_together.py."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, distributed

from sbirlib.models.contract import Model
from sbirlib.models.gathering import Gather, gather


def test_alone_a_part_is_the_whole() -> None:
    part = torch.randn(3, 2, requires_grad=True)
    assert gather(part) is part
    assert Model(size=8).gathered(part, part)[1] is part


def pretended(monkeypatch: pytest.MonkeyPatch, others: Tensor, rank: int) -> None:
    """Two processes, the other one of which has `others` and the very same gradient."""

    def all_gather(parts: list[Tensor], own: Tensor) -> None:
        assert own.is_contiguous()
        for place, part in enumerate(parts):
            part.copy_(own if place == rank else others)

    monkeypatch.setattr(distributed, "get_world_size", lambda: 2)
    monkeypatch.setattr(distributed, "get_rank", lambda: rank)
    monkeypatch.setattr(distributed, "all_gather", all_gather)
    monkeypatch.setattr(distributed, "all_reduce", lambda gradient: gradient.mul_(2))


@pytest.mark.parametrize("rank", [0, 1])
def test_parts_stand_in_the_order_of_their_processes_and_get_their_rows_of_the_gradient(
    rank: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = torch.full((2, 3), 7.0)
    pretended(monkeypatch, others, rank)
    own = torch.arange(6.0).reshape(3, 2).T.requires_grad_()  # not contiguous
    whole = Gather.apply(own)
    assert torch.equal(whole, torch.cat([own, others] if rank == 0 else [others, own]))
    slopes = torch.arange(12.0).reshape(4, 3)
    (whole * slopes).sum().backward()
    assert own.grad is not None
    assert torch.equal(own.grad, 2 * slopes[2 * rank : 2 * rank + 2])


def test_a_gradient_that_others_share_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(monkeypatch, torch.zeros(1, 1), 0)
    own, beside = torch.ones(1, 1, requires_grad=True), torch.ones(2, 1, requires_grad=True)
    whole = Gather.apply(own) + Gather.apply(own) + beside
    (torch.ones(2, 1) * whole).sum().backward()  # the product's gradient is handed to all three as it is
    assert own.grad is not None
    assert beside.grad is not None
    assert own.grad.item() == 4.0
    assert beside.grad.flatten().tolist() == [1.0, 1.0]

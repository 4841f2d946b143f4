from __future__ import annotations

import pytest
import torch

from sbirlib.search import vectors as module
from sbirlib.search.vectors import Vectors


def test_rows_come_back_whatever_they_were_added_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 4)
    rows, held = torch.arange(60.0).view(20, 3), Vectors()
    for part in rows.split([1, 1, 5, 2, 11]):
        held.add(part)
    assert len(held) == 20
    assert torch.equal(torch.cat([block for _, block in held.filled()]), rows)
    assert [start for start, _ in held.filled()] == [0, 1, 2, 7, 11]
    some = torch.tensor([19, 0, 7, 7, 2])
    assert torch.equal(held.take(some), rows[some])


def test_rows_one_at_a_time_make_few_blocks() -> None:
    held = Vectors()
    for _ in range(1000):
        held.add(torch.ones(1, 2))
    assert len(held.blocks) == 11  # 1, 1, 2, 4, ... 512
    assert sum(map(len, held.blocks)) < 2 * 1000 + 1


def test_what_was_added_is_a_copy_and_what_was_adopted_is_not() -> None:
    mine, held = torch.zeros(2, 2), Vectors()
    held.adopt(mine)
    held.add(mine)
    mine += 1
    assert held.take(torch.arange(4)).tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]


def test_rows_are_adopted_first() -> None:
    held = Vectors()
    held.add(torch.zeros(1, 2))
    held.add(torch.zeros(1, 2))
    held.add(torch.zeros(1, 2))
    with pytest.raises(ValueError, match="adopted before others are added"):
        held.adopt(torch.zeros(1, 2))

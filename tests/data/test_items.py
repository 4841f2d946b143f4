from __future__ import annotations

import pytest
import torch

from sbirlib.data import Items


@pytest.mark.parametrize("part", ["seen", "keys", "instances", "sources"])
def test_every_part_has_one_entry_an_item(part: str) -> None:
    given = {"seen": torch.tensor([True, False]), "keys": ["a", "b"]}
    wrong = {"keys": ["a"], "sources": ["paired"]}.get(part, torch.tensor([1]))
    with pytest.raises(ValueError, match=rf"{part} has one entry an item, 2; got 1"):
        Items(torch.tensor([0, 1]), **(given | {part: wrong}))  # type: ignore[arg-type]

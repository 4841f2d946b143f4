from __future__ import annotations

import torch

from sbirlib.search import Exact
from sbirlib.search.engine import Engine
from tests.search.small import items, units


def test_rows_and_items_go_together_over_several_additions() -> None:
    engine, vectors = Exact(), units(50, 8)
    engine.add(vectors[:20], items(20))
    engine.add(vectors[20:], items(30, start=20))
    scores, rows = engine.search(vectors[[33, 4]], k=2)
    assert rows[:, 0].tolist() == [33, 4]
    assert torch.allclose(scores[:, 0], torch.ones(2))
    assert [item.metadata for item in engine.items([33, 4])] == [{"row": 33}, {"row": 4}]
    assert len(engine) == 50
    assert isinstance(engine, Engine)


def test_what_is_saved_is_not_copied_and_comes_back() -> None:
    engine, vectors = Exact(), units(5, 8)
    engine.add(vectors, items(5))
    state = engine.state()
    assert state["vectors"][0].data_ptr() == engine.vectors.blocks[0].data_ptr()
    again = Exact()
    again.restore({"vectors": vectors}, items(5))
    assert again.vectors.blocks[0].data_ptr() == vectors.data_ptr()
    again.add(vectors[:1], items(1, start=5))
    assert again.search(vectors[:1], k=2)[1].tolist() == [[0, 5]]

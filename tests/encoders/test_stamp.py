from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from sbirlib.encoders.stamp import Stamp, digest


def step(layer: nn.Linear, **how: bool) -> None:
    optimiser = torch.optim.AdamW(layer.parameters(), lr=1e-6, weight_decay=0, **how)
    layer(torch.ones(1, 300)).sum().backward()
    optimiser.step()


def through_data(layer: nn.Linear) -> None:
    layer.weight.data.mul_(1.001)


def in_place(layer: nn.Linear) -> None:
    with torch.no_grad():
        layer.bias[7] += 1


CHANGES: dict[str, Callable[[nn.Linear], object]] = {
    "step": step,
    "fused step, whose versions stay": lambda layer: step(layer, fused=True),
    "foreach step": lambda layer: step(layer, foreach=True),
    "write through .data": through_data,
    "one value": in_place,
    "half and back": lambda layer: layer.half().float(),
    "double": lambda layer: layer.double(),
    "loaded": lambda layer: layer.load_state_dict(nn.Linear(300, 50).state_dict()),
}


@pytest.mark.parametrize("change", list(CHANGES.values()), ids=list(CHANGES))
def test_whatever_changes_a_weight_changes_its_stamp_and_its_digest(change: Callable[[nn.Linear], object]) -> None:
    layer = nn.Linear(300, 50)
    before, name = Stamp(layer.parameters()), digest(layer.state_dict(), {})
    assert Stamp(layer.parameters()) == before
    change(layer)
    assert Stamp(layer.parameters()) != before
    assert digest(layer.state_dict(), {}) != name


def test_layouts_that_are_not_contiguous_are_looked_at_too() -> None:
    tensors = [torch.rand(4, 8, 3, 3).to(memory_format=torch.channels_last), torch.rand(20, 30).t(), torch.tensor(3)]
    for tensor in tensors:
        before = Stamp(tensors)
        tensor.data.mul_(2)
        assert Stamp(tensors) != before


def test_a_digest_is_of_names_shapes_types_values_and_config() -> None:
    state = {"a": torch.arange(4.0), "b": torch.tensor(1, dtype=torch.int64)}
    first = digest(state, {"quick_gelu": False})
    assert len(first) == 16
    assert first == digest(dict(reversed(state.items())), {"quick_gelu": False})
    others = [
        digest(state, {"quick_gelu": True}),
        digest({"c": state["a"], "b": state["b"]}, {"quick_gelu": False}),
        digest(state | {"a": torch.arange(4.0).reshape(2, 2)}, {"quick_gelu": False}),
        digest(state | {"a": torch.arange(4.0).to(torch.bfloat16)}, {"quick_gelu": False}),
    ]
    assert len({first, *others}) == 5

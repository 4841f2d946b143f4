from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

import sbirlib as sb
from sbirlib.models.contract import Classes, Model
from sbirlib.models.fingerprints import described, fingerprint, installed, opaque, settled, written_in


class Net(Model):
    def __init__(self) -> None:
        super().__init__(size=8)
        self.layers = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
        self.register_buffer("means", torch.zeros(2), persistent=False)
        self.queries = "raw"
        self.dial = {"by": [0.5, 1]}
        self._power = 1.0
        self.teachers = [nn.Linear(2, 2)]  # in a list, and so no part of the state dict


def changed(name: str) -> Net:
    torch.manual_seed(0)
    net = Net()
    match name:
        case "one bit of a weight":
            weight = net.layers[0].weight.data
            weight[0, 0] = torch.nextafter(weight[0, 0], torch.tensor(9.0))
        case "a running mean":
            net.layers[1].running_mean += 1
        case "a buffer that is not saved":
            net.means += 1
        case "a setting":
            net.queries = "converted"
        case "a setting of a part":
            net.layers[1].eps = 1e-3
        case "a nested setting":
            net.dial["by"][0] = 0.25
        case "the type of a part":
            net.layers[1] = copy.deepcopy(net.layers[1])
            net.layers[1].__class__ = nn.SyncBatchNorm
        case "a private setting":
            net._power = 3.0
        case "a network in a list":
            net.teachers[0].weight.data[0, 0] += 1e-7
        case "a hook":
            net.layers.register_forward_hook(lambda *_: None)
        case "where training is":
            net.step, net.weights = 7, {"loss": 3.0}
            net.setup(Classes(("cat",)))
            net.train(False)
    return net


@pytest.mark.parametrize(
    "name",
    ["one bit of a weight", "a running mean", "a buffer that is not saved", "a setting", "a setting of a part",
     "a nested setting", "the type of a part", "a private setting", "a network in a list", "a hook"],
)  # fmt: skip
def test_what_outputs_follow_from_counts(name: str) -> None:
    assert fingerprint(changed(name)) != fingerprint(changed("nothing"))


def test_nothing_else_does() -> None:
    assert fingerprint(changed("where training is")) == fingerprint(changed("nothing"))
    assert len(fingerprint(Net())) == 16


@dataclass
class Dial:
    by: list[float]


class Knowing(nn.Module):
    """A part that knows the whole, in a list, or it would be a part of its own part."""

    def __init__(self, whole: nn.Module) -> None:
        super().__init__()
        self.whole = [whole]
        self.weight = nn.Parameter(torch.zeros(2))


def test_a_part_may_know_the_whole_and_another_part() -> None:
    one, other = (nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)) for _ in range(2))
    other.load_state_dict(one.state_dict())
    for net, at in ((one, 0), (other, 1)):
        net.add_module("knowing", Knowing(net))
        net.add_module("looking", Knowing(net[at]))
    assert described(one)["knowing"]["whole"] == [{"part": ""}]
    assert described(other)["looking"]["whole"] == [{"part": "1"}]
    assert fingerprint(one) != fingerprint(other)  # other parts are looked at
    before = fingerprint(one)
    with torch.no_grad():
        one[0].weight.add_(1)
    assert fingerprint(one) != before


class Unknown:
    """Of no package that is known."""


def test_settings_are_told_as_far_as_they_can_be() -> None:
    assert settled(Dial([1, 2.5])) == {"": f"{Dial.__module__}.Dial", "by": [1, 2.5]}
    assert settled(torch.ones(2)) == settled(np.ones(2, dtype=np.float32)) != settled(torch.zeros(2))
    assert settled({b"a": [None, True]}) == {"b'a'": [None, True]}
    assert settled(nn.functional.relu) == "torch.nn.functional.relu"
    assert opaque(settled([1, {"a": lambda: 0}]))
    assert settled(partial(nn.functional.pad, value=1)) != settled(partial(nn.functional.pad, value=2))
    assert settled(torch.float16) != settled(torch.float32)
    assert opaque(settled(Unknown()))  # whatever it holds, nobody has asked
    assert opaque(settled(Dial([object()])))  # type: ignore[list-item]
    assert not opaque(settled([Dial([1]), {"a": torch.ones(1)}]))


def test_the_books_own_encoders_and_models_are_told_wholly() -> None:
    for encoder in (sb.encoders.clip("tiny"), sb.encoders.clip("RN50"), sb.encoders.cnn("squeezenet1_1")):
        assert not opaque(described(encoder))
    tiny = sb.encoders.clip("tiny")
    before = fingerprint(tiny)
    tiny.encode_texts(["a photo of a cow"])  # remembered, and no part of what it is
    assert fingerprint(tiny) == before


def test_whose_code_it_is() -> None:
    class Local(nn.Linear):
        pass

    found = written_in(nn.Sequential(Net(), nn.Linear(2, 2)))
    assert found is not None
    assert found[0] == sorted([Net.__module__, Model.__module__])
    assert found[1] == {"torch": installed("torch")}
    hidden = Net()
    hidden._made = object()  # type: ignore[assignment]
    assert written_in(hidden) is None
    assert written_in(changed("a hook")) is None
    Local.__module__ = "__main__"  # as in a notebook
    assert written_in(nn.Sequential(nn.Linear(2, 2), Local(2, 2))) is None

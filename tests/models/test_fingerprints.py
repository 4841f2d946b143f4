from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from sbirlib.models.fingerprints import fingerprint, installed, plain, written_in


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
        self.register_buffer("means", torch.zeros(2), persistent=False)
        self.queries = "raw"
        self.dial = {"by": [0.5, 1]}
        self.step = 0
        self.made = object()  # not plain: does not count


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
        case "where training is":
            net.step, net.made = 7, object()
            net.train(False)
    return net


@pytest.mark.parametrize(
    "name",
    ["one bit of a weight", "a running mean", "a buffer that is not saved", "a setting", "a setting of a part",
     "a nested setting", "the type of a part"],
)  # fmt: skip
def test_what_outputs_follow_from_counts(name: str) -> None:
    assert fingerprint(changed(name)) != fingerprint(changed("nothing"))


def test_nothing_else_does() -> None:
    assert fingerprint(changed("where training is")) == fingerprint(changed("nothing"))
    assert len(fingerprint(Net())) == 16


def test_plain_values() -> None:
    assert plain([1, 2.0, "a", None, True, (1, {"b": []})])
    assert not plain({1: 2})
    assert not plain([torch.zeros(1)])


def test_whose_code_it_is() -> None:
    class Local(nn.Linear):
        pass

    found = written_in(nn.Sequential(Net(), nn.Linear(2, 2)))
    assert found is not None
    assert found[0] == [Net.__module__]
    assert found[1] == {"torch": installed("torch")}
    Local.__module__ = "__main__"  # as in a notebook
    assert written_in(nn.Sequential(nn.Linear(2, 2), Local(2, 2))) is None

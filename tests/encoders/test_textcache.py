from __future__ import annotations

import copy
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from sbirlib.encoders import textcache
from sbirlib.encoders.textcache import TextCache


class Tower(nn.Module):
    """Lengths of texts through a linear layer; counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.drop = nn.Linear(1, 4), nn.Dropout(0.5)
        self.asked: list[list[str]] = []
        self.requires_grad_(False).eval()

    def encode(self, texts: Sequence[str]) -> Tensor:
        self.asked.append(list(texts))
        return self.drop(self.line(torch.tensor([[float(len(text))] for text in texts])))


class Cached:
    def __init__(self) -> None:
        self.tower, self.cache = Tower(), TextCache()

    def __call__(self, *texts: str) -> Tensor:
        return self.cache.features(texts, self.tower.encode, [self.tower], list(self.tower.parameters()))


def test_each_text_is_embedded_once_and_comes_back_in_its_place() -> None:
    cached = Cached()
    first = cached("a", "bbb", "a")
    again = cached("bbb", "cc")
    assert cached.tower.asked == [["a", "bbb"], ["cc"]]
    assert torch.equal(first[0], first[2])
    assert torch.equal(first[1], again[0])
    assert torch.allclose(again[1], cached.tower.encode(["cc"])[0])


def test_what_the_caller_does_to_features_stays_with_the_caller() -> None:
    cached = Cached()
    first = cached("a").clone()
    cached("a").zero_()
    assert torch.equal(cached("a"), first)


def fused_step(tower: Tower) -> None:
    tower.requires_grad_(True)
    optimiser = torch.optim.AdamW(tower.parameters(), lr=0.1, fused=True)
    tower.encode(["a"]).sum().backward()
    optimiser.step()
    tower.requires_grad_(False)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.line.weight.add_(1),
        lambda t: t.line.bias.data.mul_(2),
        lambda t: t.load_state_dict({n: p + 1 for n, p in t.state_dict().items()}),
        fused_step,
    ],
)
def test_a_changed_weight_is_never_answered_from_memory(change: object) -> None:
    cached = Cached()
    before = cached("a")
    change(cached.tower)  # type: ignore[operator]
    after = cached("a")
    assert not torch.equal(before, after)
    assert torch.equal(after, cached.tower.encode(["a"]))


def test_what_learns_is_never_remembered_and_gets_its_gradient() -> None:
    cached = Cached()
    cached("a", "bb")
    cached.tower.requires_grad_(True)
    features = cached("a", "bb", "a")
    assert cached.tower.asked[-1] == ["a", "bb"]  # twice the same text is one computation
    features.sum().backward()
    assert cached.tower.line.weight.grad is not None
    assert cached.tower.line.weight.grad[0, 0] == 1 + 2 + 1
    cached("a")
    assert len(cached.tower.asked) == 3


def test_dropout_that_drops_is_not_frozen_into_memory() -> None:
    cached = Cached()
    cached.tower.train()
    assert len({cached("aaaa").sum().item() for _ in range(20)}) > 1


def test_mixed_precision_has_its_own_features() -> None:
    cached = Cached()
    exact = cached("abc")
    with torch.autocast("cpu", torch.bfloat16):
        assert cached("abc").dtype == torch.bfloat16
    assert torch.equal(cached("abc"), exact)


def test_what_inference_mode_computed_can_take_part_in_a_loss() -> None:
    cached = Cached()
    with torch.inference_mode():
        cached("a")
    weight = torch.ones(4, requires_grad=True)
    (cached("a") * weight).sum().backward()
    assert len(cached.tower.asked) == 1


def test_memory_is_bounded_and_blocks_are_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textcache, "LIMIT", 5)
    monkeypatch.setattr(textcache, "BLOCK", 2)
    cached = Cached()
    cached("a", "b", "c", "d")
    assert [len(block) for block in cached.tower.asked] == [2, 2]
    cached("e", "f")
    assert len(cached.cache.rows) == 2
    assert cached("x" * 2, "x" * 3, "x" * 4, "x" * 5, "x" * 6, "x" * 7).shape == (6, 4)  # more than it may remember


def test_a_copy_starts_empty() -> None:
    cached = Cached()
    cached("a")
    assert copy.deepcopy(cached.cache).rows == {}

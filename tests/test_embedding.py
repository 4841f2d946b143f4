from __future__ import annotations

import pytest
import torch
from torch import Tensor

import sbirlib as sb
from sbirlib.models.contract import Model
from tests.data.small import bench, images


class Mean(Model):
    """A picture's mean colour and a constant: the shortest model."""

    def __init__(self) -> None:
        super().__init__(size=8)
        self.calls: list[tuple[int, str, bool]] = []

    def embed(self, images: Tensor, modality: str) -> Tensor:
        self.calls.append((len(images), modality, self.training))
        return torch.nn.functional.normalize(images.float().mean((2, 3)) + 1, dim=1)


def test_batches_make_no_difference_and_the_mode_comes_back() -> None:
    model, photos = Mean().train(), images("photo")
    whole = sb.embed(model, photos)
    assert torch.equal(sb.embed(model, photos, batch=3), whole)
    assert model.training
    assert {call[1:] for call in model.calls} == {("photo", False)}
    assert whole.shape == (len(photos), 3)
    assert not whole.is_inference()  # a linear layer may be trained on it


def test_nothing_to_embed_is_said() -> None:
    photos = images("photo")
    with pytest.raises(ValueError, match="nothing to embed: 0 photos"):
        sb.embed(Mean(), photos.take(slice(0)))


def test_sketches_are_told_from_photos() -> None:
    model = Mean()
    sb.embed(model, bench().sketches)
    assert model.calls[0][1] == "sketch"


def test_other_arguments_are_refused_in_a_line() -> None:
    model, photos = Mean(), images("photo")
    with pytest.raises(TypeError, match=r"embed takes a Model; got a Linear$"):
        sb.embed(torch.nn.Linear(2, 2), photos)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"embed takes an ImageSet, such as bench.photos; got a Benchmark$"):
        sb.embed(model, bench())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="batch is 1 or more; got 0"):
        sb.embed(model, photos, batch=0)

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib.data.batching import Unlabelled
from sbirlib.models import SAKE, Centred, Model
from tests.models.contract import Contract, world
from tests.training.toy import Toy, bench, made


class Grey(Model):
    """A picture's place is its own first two numbers; a sketch's is 3 further along the first."""

    def __init__(self) -> None:
        super().__init__(size=8)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        return images[:, 0, 0, :2].float() + torch.tensor([3.0 * (modality == "sketch"), 0.0])


class Apart(Model):
    """Pixels as they are, with all sketches far to one side."""

    def __init__(self) -> None:
        super().__init__(size=8)

    def embed(self, images: Tensor, modality: str) -> Tensor:
        flat = images.float().flatten(1) / 255
        return normalize(flat + 5.0 * (modality == "sketch") * torch.linspace(0, 1, flat.shape[1]).sin(), dim=1)


@cache
def trained() -> SAKE:
    """On the book's CNN, after three steps."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = SAKE(sb.encoders.cnn("tiny"))
    sb.fit(model, world(48, 4), steps=3, batch=16)
    return model


def shown(*places: tuple[int, int]) -> Tensor:
    images = torch.zeros(len(places), 3, 8, 8, dtype=torch.uint8)
    images[:, 0, 0, :2] = torch.tensor(places, dtype=torch.uint8).reshape(len(places), 2)
    return images


class TestOfSAKE(Contract):
    def build(self) -> Model:
        return Centred(copy.deepcopy(trained()))

    def test_it_is_the_model_without_the_means_of_what_it_met(self, run: Any) -> None:
        unseen = world(48, 2).unseen
        for number, images in enumerate((unseen.photos, unseen.sketches)):
            start = sb.embed(trained(), images)
            mean = run.model.sums[number] / run.model.counts[number]
            found = sb.embed(run.model, images)
            torch.testing.assert_close(found, normalize(start - mean, dim=1), atol=1e-5, rtol=1e-4)
            assert (found * start).sum(1).max() < 0.99

    def test_the_model_learns_nothing(self) -> None:
        model = copy.deepcopy(trained())
        before = {name: value.clone() for name, value in model.state_dict().items()}
        centred = Centred(model)
        assert centred.train().training
        assert not any(part.training for part in model.modules())
        self.train(centred, lr=1.0)
        assert not [name for name, each in centred.named_parameters() if each.requires_grad]
        for name, value in model.state_dict().items():  # statistics among them
            assert torch.equal(value, before[name]), name


def test_the_means_are_of_all_that_was_met() -> None:
    """Sketches at 4, 8 and 9, photos at (0, 2) and twice (6, 2): means of 7 and of 4."""
    model = Centred(Grey())
    model.at(0, 2, 0.0)
    assert model.losses(Unlabelled(shown((1, 0), (5, 6)), shown((0, 2)))) == {}
    model.at(1, 2, 0.5)
    model.losses(Unlabelled(shown((6, 3)), shown((6, 2), (6, 2))))
    sketches, photos = shown((4, 7), (0, 3)), shown((7, 6), (1, 2))
    # (7, 7) - (7, 3) and (3, 3) - (7, 3); (7, 6) - (4, 2) and (1, 2) - (4, 2)
    torch.testing.assert_close(model.embed(sketches, "sketch"), torch.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    torch.testing.assert_close(model.embed(photos, "photo"), torch.tensor([[0.6, 0.8], [-1.0, 0.0]]))
    model.at(0, 2, 0.0)  # another training
    model.losses(Unlabelled(shown((1, 4)), shown((7, 3))))
    torch.testing.assert_close(model.embed(sketches, "sketch"), normalize(torch.tensor([[3.0, 3.0], [-1.0, -1.0]])))


def test_a_fit_takes_the_means_of_the_training_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each photo there are two sketches, so that an epoch meets every photo twice and no item more than another."""
    monkeypatch.setenv("SBIR_PROFILE", "book")
    data, inner = bench(), made(Toy).eval()
    model = Centred(inner)
    sb.fit(model, data, batch=8)
    for number, (part, test) in enumerate(
        ((data.train.photos, data.unseen.photos), (data.train.sketches, data.unseen.sketches))
    ):
        mean = sb.embed(inner, part).mean(0)
        torch.testing.assert_close(model.sums[number] / model.counts[number], mean, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(
            sb.embed(model, test), normalize(sb.embed(inner, test) - mean, dim=1), atol=1e-5, rtol=1e-4
        )


def test_it_closes_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_PROFILE", "book")
    data, model = replace(bench(), split="toy/noise"), Centred(Apart())
    sb.fit(model, data, batch=8)
    apart, closed = sb.evaluate(Apart(), data), sb.evaluate(model, data)
    assert closed["mAP@all"] > apart["mAP@all"] + 0.1
    assert closed.record is not None
    assert closed.record.config["of"] == "Apart"


def test_before_it_has_met_anything_it_says_so() -> None:
    model = Centred(Grey())
    for modality in ("photo", "sketch"):
        with pytest.raises(RuntimeError, match=f"Centred has met no {modality} yet, so it has no mean of them"):
            model.embed(shown((1, 2)), modality)
    model.losses(Unlabelled(shown((1, 2)), shown()))
    model.embed(shown((3, 2)), "sketch")
    with pytest.raises(RuntimeError, match="has met no photo yet"):
        model.embed(shown((1, 2)), "photo")
    with pytest.raises(ValueError, match="a modality is photo or sketch"):
        model.embed(shown((1, 2)), "painting")


def test_it_says_whose_it_is() -> None:
    toy = Toy()
    model = Centred(toy)
    assert model.config == {"of": "Toy", "width": 6}
    assert (model.size, model.ways, model.embedded) == (8, (), toy.embedded)
    assert Centred(copy.deepcopy(trained())).embedded

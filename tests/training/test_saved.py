from __future__ import annotations

from pathlib import Path

import pytest
import torch

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import read_weights
from sbirlib.encoders.sources import shipped
from sbirlib.encoders.weights import write_weights
from sbirlib.training import load, save
from sbirlib.training.saved import restore
from tests.training.toy import Toy


def world() -> Benchmark:
    return sb.load("world", split="mixed", per_class=10, size=8)


def test_what_is_saved_comes_back_and_says_what_it_is(tmp_path: Path) -> None:
    run = sb.fit(Toy(), world(), seed=3)
    file = save(run, tmp_path / "toy.safetensors")
    model = load(Toy(), file)
    for name, value in model.state_dict().items():
        assert torch.equal(value, run.model.state_dict()[name]), name
    assert not model.training
    _, card = read_weights(file)
    assert (card["model"], card["config"], card["seeds"]) == ("Toy", {"width": 6}, [3])
    assert (card["data"], card["world"]) == ("world/mixed", world().version)


def test_another_model_and_another_world_are_refused(tmp_path: Path) -> None:
    file = save(sb.fit(Toy(), world()), tmp_path / "toy.safetensors")
    with pytest.raises(ValueError, match=r"holds another model: config.width is 6 there and 7 here"):
        load(Toy(7), file)
    with pytest.raises(ValueError, match="version 1 of the drawn world; this is version 2"):
        load(Toy(), file, world="2")


def test_a_pickle_is_refused(tmp_path: Path) -> None:
    torch.save({"model": Toy()}, tmp_path / "toy.pt")
    with pytest.raises(ValueError, match="pickle of more than tensors"):
        load(Toy(), tmp_path / "toy.pt")


def test_what_does_not_fit_is_said_in_one_line(tmp_path: Path) -> None:
    file = save(sb.fit(Toy(), world()), tmp_path / "toy.safetensors")
    tensors, card = read_weights(file)
    write_weights(file, {"other": torch.ones(1), **tensors, "norm.bias": torch.ones(7)}, card)
    with pytest.raises(ValueError, match=r"^toy.safetensors .*other unexpected; norm.bias is \(7,\), expected \(6,\)$"):
        load(Toy(), file)
    write_weights(file, tensors, {**card, "model": "Still"})
    with pytest.raises(ValueError, match=r"^toy.safetensors holds another model: 'Still', where 'Toy' was expected$"):
        load(Toy(), file)


def test_an_encoders_weights_are_no_model() -> None:
    with pytest.raises(ValueError, match=r"^tiny.safetensors holds no model that sb.save wrote") as error:
        load(Toy(), shipped("tiny"))
    assert len(str(error.value)) < 150


def test_a_card_that_names_no_model_is_refused(tmp_path: Path) -> None:
    for number, card in enumerate([{"model": "Triplet"}, {"model": "Toy", "config": {"encoder": "tiny"}}, {}, ["odd"]]):
        file = write_weights(tmp_path / f"{number}.safetensors", {"weight": torch.ones(1)}, card)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=rf"{number}\.safetensors holds no model that is built by its name"):
            restore(file)

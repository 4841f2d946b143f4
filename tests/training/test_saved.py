from __future__ import annotations

from pathlib import Path

import pytest
import torch

import sbirlib as sb
from sbirlib.encoders import read_weights
from sbirlib.training import load, save
from tests.training.toy import Toy, world


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

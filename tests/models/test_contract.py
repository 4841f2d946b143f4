from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from sbirlib.models.contract import Classes, Model, Recipe, decayed, modality_number


class Small(Model):
    def __init__(self) -> None:
        super().__init__(size=8, config={"width": 2})
        self.map = nn.Linear(3, 2)
        self.norm = nn.LayerNorm(2)
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.frozen = nn.Linear(2, 2).requires_grad_(False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 1, "epochs": 1}, "in steps or in epochs; got steps=1, epochs=1"),
        ({"steps": -1}, "steps are counted from 0; got -1"),
        ({"epochs": -0.5}, "epochs are counted from 0; got -0.5"),
        ({"batch": 0}, "batch and accumulate are 1 or more; got 0 and 1"),
        ({"accumulate": 0}, "batch and accumulate are 1 or more; got 64 and 0"),
        ({"warmup": 1.5}, "warmup is a share of all steps, from 0 to 1; got 1.5"),
        ({"precision": "half"}, r"precision is no \(float32\), bf16 or fp16; got 'half'"),
    ],
)
def test_a_recipe_that_makes_no_sense_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Recipe(**options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 2.0}, "steps is a whole number; got 2.0"),
        ({"batch": "8"}, "batch is a whole number; got '8'"),
        ({"batch": None}, "batch is a whole number; got None"),
        ({"accumulate": True}, "accumulate is a whole number; got True"),
        ({"lr": "1e-3"}, "lr is a number; got '1e-3'"),
        ({"epochs": "2"}, "epochs is a number; got '2'"),
        ({"clip": "1"}, "clip is a number; got '1'"),
        ({"betas": (0.9, "b")}, r"betas are two numbers; got \(0.9, 'b'\)"),
    ],
)
def test_a_recipe_is_made_of_numbers(options: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        Recipe(**options)


def test_numpys_numbers_and_none_are_taken() -> None:
    assert Recipe(steps=np.int64(3), lr=np.float32(0.5), clip=None).lr == 0.5  # type: ignore[arg-type]


def test_a_recipe_is_changed_by_replacing() -> None:
    assert replace(Recipe(epochs=10), steps=5, epochs=None).steps == 5
    with pytest.raises(ValueError, match="in steps or in epochs"):
        replace(Recipe(epochs=10), steps=5)


def test_weights_decay_and_gains_do_not() -> None:
    model = Small()
    weights, gains = decayed(model.named_parameters(), "towers", lr=0.5)
    assert (weights.name, weights.lr, weights.weight_decay) == ("towers", 0.5, None)
    assert (gains.name, gains.lr, gains.weight_decay) == ("towers/gains", 0.5, 0.0)
    assert [id(each) for each in weights.parameters] == [id(model.map.weight)]
    expected = [model.scale, model.map.bias, model.norm.weight, model.norm.bias]
    assert {id(each) for each in gains.parameters} == {id(each) for each in expected}


def test_a_group_of_nothing_is_left_out() -> None:
    assert [group.name for group in decayed([("a", nn.Parameter(torch.ones(2)))])] == ["model/gains"]
    assert decayed([("a", nn.Parameter(torch.ones(2, 2), requires_grad=False))]) == []


def test_one_player_owns_all_that_learns() -> None:
    model = Small()
    (player,) = model.players().values()
    owned = {id(each) for group in player.groups for each in group.parameters}
    assert owned == {id(each) for each in model.parameters() if each.requires_grad}


def test_the_total_is_the_weighted_sum() -> None:
    model = Small()
    losses = {"near": torch.tensor(2.0, requires_grad=True), "far": torch.tensor(3.0, requires_grad=True)}
    assert model.total(losses).item() == 5.0
    model.weights = {"far": 0.5, "absent": 9.0}
    total = model.total(losses)
    assert total.item() == 2.0 + 0.5 * 3.0
    total.backward()
    assert [loss.grad.item() for loss in losses.values() if loss.grad is not None] == [1.0, 0.5]


def test_a_loss_is_a_scalar() -> None:
    with pytest.raises(ValueError, match=r"losses are scalars; got far \(4,\), wide \(2, 2\)"):
        Small().total({"near": torch.tensor(1.0), "far": torch.ones(4), "wide": torch.ones(2, 2)})


def test_classes_are_known_after_setup() -> None:
    model = Small()
    with pytest.raises(RuntimeError, match=r"Small does not know its classes yet: fit calls setup\(classes\) first"):
        model.known()
    classes = Classes(("cat", "cow"))
    model.setup(classes)
    assert model.known() is classes
    assert len(classes) == 2


def test_a_model_says_where_it_is_and_what_it_was_built_from() -> None:
    model = Small()
    assert model.device == torch.device("cpu")
    assert model.config == {"width": 2}
    assert model.dials() == {}
    assert (model.step, model.steps, model.epoch) == (0, 1, 0.0)
    model.at(3, 10, 0.5)
    assert (model.step, model.steps, model.epoch) == (3, 10, 0.5)
    assert Model(size=8).device == torch.device("cpu")


def test_what_a_model_has_to_bring_is_missed() -> None:
    with pytest.raises(NotImplementedError):
        Small().embed(torch.zeros(1, 3, 8, 8), "photo")
    with pytest.raises(NotImplementedError):
        Small().losses(None)


def test_modalities_have_numbers() -> None:
    assert (modality_number("photo"), modality_number("sketch")) == (0, 1)
    with pytest.raises(ValueError, match="a modality is photo or sketch; got 'text'"):
        modality_number("text")

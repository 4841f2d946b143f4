from __future__ import annotations

import pytest
import torch
from torch import nn

from sbirlib.models.contract import Group, Player, Recipe
from sbirlib.training.optimizers import (
    optimizer,
    optimizer_tensors,
    refuse_unknown,
    set_height,
    set_optimizer_tensors,
)


def parameters(count: int, learning: bool = True) -> list[nn.Parameter]:
    return [nn.Parameter(torch.ones(3), requires_grad=learning) for _ in range(count)]


def test_the_nearest_rate_is_taken() -> None:
    groups = [Group(name, parameters(1), lr) for name, lr in (("a", 1.0), ("a/gains", 2.0), ("b", 3.0), ("c", None))]
    recipe = Recipe(steps=1, lr=5.0)
    for player, rates, expected in (
        (Player(groups), {}, [1.0, 2.0, 3.0, 5.0]),
        (Player(groups, lr=4.0), {}, [1.0, 2.0, 3.0, 4.0]),
        (Player(groups, lr=4.0), {"c": 0.0, "b": 7.0}, [1.0, 2.0, 7.0, 0.0]),
        (Player(groups), {"a": 9.0}, [9.0, 9.0, 3.0, 5.0]),  # weights and gains of one family
        (Player(groups), {"a": 9.0, "a/gains": 8.0}, [9.0, 8.0, 3.0, 5.0]),
    ):
        made = optimizer(player, recipe, rates)
        assert made is not None
        assert [group["lr"] for group in made.param_groups] == expected


def test_a_family_is_known_by_its_name() -> None:
    player = Player([Group("towers/image", parameters(1))])
    refuse_unknown({"towers": 1.0, "towers/image": 2.0}, [player])
    with pytest.raises(ValueError, match="rates are by group, towers/image; got image, tower"):
        refuse_unknown({"tower": 1.0, "image": 1.0}, [player])
    with pytest.raises(ValueError, match="and none learns; got tower"):
        refuse_unknown({"tower": 1.0}, [])


def test_decay_is_the_groups_or_the_recipes() -> None:
    made = optimizer(
        Player([Group("a", parameters(1)), Group("b", parameters(1), weight_decay=0.0)]),
        Recipe(steps=1, weight_decay=0.3),
        {},
    )
    assert made is not None
    assert [group["weight_decay"] for group in made.param_groups] == [0.3, 0.0]


def test_what_is_frozen_is_left_out() -> None:
    assert optimizer(Player([Group("a", parameters(2, learning=False))]), Recipe(steps=1), {}) is None
    assert optimizer(Player([]), Recipe(steps=1), {}) is None
    frozen, learning = parameters(1, learning=False), parameters(1)
    made = optimizer(Player([Group("a", [*frozen, *learning])]), Recipe(steps=1), {})
    assert made is not None
    assert made.param_groups[0]["params"] == learning


def test_each_parameter_is_in_one_group() -> None:
    shared = parameters(2)
    with pytest.raises(ValueError, match="group 'b' has 2 parameters that another group has, too"):
        optimizer(Player([Group("a", shared), Group("b", shared)]), Recipe(steps=1), {})


@pytest.mark.parametrize(("name", "kind"), [("adamw", "AdamW"), ("adam", "Adam"), ("sgd", "SGD")])
def test_optimizers_go_by_name(name: str, kind: str) -> None:
    made = optimizer(Player([Group("a", parameters(1))], optimizer=name), Recipe(steps=1, optimizer="adamw"), {})
    assert type(made).__name__ == kind


def test_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="an optimizer is one of adamw, adam, sgd; got 'lion'"):
        optimizer(Player([Group("a", parameters(1))]), Recipe(steps=1, optimizer="lion"), {})


def test_the_height_is_a_share_of_the_full_rate() -> None:
    made = optimizer(Player([Group("a", parameters(1), 2.0), Group("b", parameters(1), 1e-5)]), Recipe(steps=1), {})
    for share in (0.5, 0.25, 1.0):  # of the full rate, not of the last one
        set_height(made, share)
        assert made is not None
        assert [group["lr"] for group in made.param_groups] == [2.0 * share, 1e-5 * share]


@pytest.mark.parametrize("name", ["adamw", "adam", "sgd"])
def test_moments_come_back(name: str) -> None:
    def step(own: list[nn.Parameter], made: torch.optim.Optimizer, slope: float) -> None:
        for each in own:
            each.grad = torch.full_like(each, slope)
        own[-1].grad = None  # never met: it has no moments
        made.step()

    recipe, own = Recipe(steps=1, lr=0.1, optimizer=name), parameters(3)
    one = optimizer(Player([Group("a", own)]), recipe, {})
    assert one is not None
    step(own, one, 1.0)
    kept = optimizer_tensors({"both/sides": one})
    assert all(key.startswith("both/sides/") for key in kept)
    copies = [nn.Parameter(each.detach().clone()) for each in own]
    two = optimizer(Player([Group("a", copies)]), recipe, {})
    set_optimizer_tensors({"both/sides": two}, {name: value.clone() for name, value in kept.items()})
    assert two is not None
    step(own, one, -0.3)
    step(copies, two, -0.3)
    for here, there in zip(own, copies, strict=True):
        assert torch.equal(here, there)

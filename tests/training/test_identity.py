from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from toy import Toy, bench, made

import sbirlib
from sbirlib.data.graph import Graph
from sbirlib.models.contract import Classes, Recipe
from sbirlib.training.identity import identity, length, plain, planned


def test_changes_are_made_to_the_given_recipe_or_to_the_models_own() -> None:
    assert planned(made(Toy), None, {"lr": None, "batch": None}) == Toy.small
    recipe = Recipe(steps=5, batch=7)
    assert planned(made(Toy), recipe, {"batch": 3}) == Recipe(steps=5, batch=3)
    assert planned(made(Toy), recipe, {"steps": None, "epochs": 2}) == Recipe(epochs=2, batch=7)
    assert planned(made(Toy), Recipe(epochs=2), {"steps": 0, "epochs": None}) == Recipe(steps=0)


@pytest.mark.parametrize(
    ("recipe", "processes", "expected"),
    [
        (Recipe(steps=7), 1, 7),
        (Recipe(steps=0), 1, 0),
        (Recipe(epochs=2), 1, 20),
        (Recipe(epochs=2, accumulate=3), 1, 8),  # 4 steps an epoch, the last of which goes beyond it
        (Recipe(epochs=2, accumulate=3), 2, 4),
        (Recipe(epochs=0.5), 1, 5),
        (Recipe(epochs=0.001), 1, 1),  # what is asked for is not nothing
        (Recipe(epochs=0), 1, 0),
    ],
)
def test_lengths_by_hand(recipe: Recipe, processes: int, expected: int) -> None:
    batches: Any = SimpleNamespace(steps_an_epoch=10)
    assert length(recipe, batches, processes) == expected


def test_the_smoke_profile_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_PROFILE", "smoke")
    batches: Any = SimpleNamespace(steps_an_epoch=10)
    assert length(Recipe(steps=100), batches, 1) == 3
    assert length(Recipe(steps=2), batches, 1) == 2


def test_an_identity_is_plain_values() -> None:
    data = bench(version="1")
    given = Classes(("a",), vectors=torch.eye(1))
    found = identity(made(Toy), Toy.small, data, given, {"seed": 3, "extra": (data, data.photos)})
    again = json.loads(json.dumps(found))
    assert again["sbirlib"] == sbirlib.__version__
    assert (again["model"], again["config"], again["seed"], again["world"]) == ("Toy", {"width": 6}, 3, "1")
    assert again["data"] == data.id
    assert again["extra"] == [data.id, data.photos.id]
    assert again["recipe"]["batch"] == 16
    assert identity(made(Toy), Toy.small, None, None, {})["data"] == ""


def test_an_identity_is_what_it_was_when_the_run_began() -> None:
    model = made(Toy)
    found = identity(model, Toy.small, None, None, {})
    model.weights["size"] = 2.0
    assert found["weights"] == {}


def test_tensors_are_told_apart() -> None:
    one = plain(torch.eye(3))
    assert one == plain(torch.eye(3))
    assert one != plain(2 * torch.eye(3))
    assert plain([torch.eye(3), "words", {"a": 1}]) == [one, "words", {"a": 1}]
    assert plain(None) is None


def test_classes_with_another_graph_are_other_classes() -> None:
    cow, cat = ("cow", "is-a", "animal"), ("cat", "is-a", "animal")
    one = plain(Classes(("cow", "cat"), graph=Graph((cow, cat))))
    assert one == plain(Classes(("cow", "cat"), graph=Graph((cat, cow))))
    assert one != plain(Classes(("cow", "cat"), graph=Graph((cow,))))
    assert one != plain(Classes(("cow", "cat")))
    json.dumps(one)

"""The families' programs by name."""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world import animals, birds, fruits, insects, plants, sea, small

PROGRAMS: dict[str, Callable[..., None]] = {
    "quadruped": animals.quadruped,
    "bird": birds.bird,
    "upright bird": birds.upright_bird,
    "swimmer": sea.swimmer,
    "octopus": sea.octopus,
    "crab": sea.crab,
    "seahorse": sea.seahorse,
    "insect": insects.insect,
    "butterfly": insects.butterfly,
    "spider": insects.spider,
    "shelled": small.shelled,
    "flier": small.flier,
    "frog": small.frog,
    "snake": small.snake,
    "tree": plants.tree,
    "cactus": plants.cactus,
    "flower": plants.flower,
    "potted plant": plants.potted_plant,
    "mushroom": fruits.mushroom,
    "fruit": fruits.fruit,
    "bunch": fruits.bunch,
    "banana": fruits.banana,
}

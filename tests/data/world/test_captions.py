from __future__ import annotations

import re

import pytest

from sbirlib.data.imageset import word
from sbirlib.data.world.captions import caption, noun, nouns, plural
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.kinds import kinds
from sbirlib.data.world.photo import COLOURS, PATTERNS
from sbirlib.data.world.scenes import SCENES


def test_the_short_one_is_the_class() -> None:
    assert caption(Instance("elephant", 1), "photo", verbose=False) == "a photo of an elephant"
    assert caption(Instance("bat (tool)", 1), "sketch", verbose=False) == "a sketch of a bat"


def test_a_verbose_one_says_nothing_that_is_not_so() -> None:
    for index in range(60):
        instance = Instance("giraffe", index)
        said, has = caption(instance, "photo", verbose=True), instance.attributes
        words = set(said.replace(",", " ").split())
        assert words & set(COLOURS) <= {has["colour"]}
        assert words & set(PATTERNS) <= {has["pattern"]}
        assert [where for where, _ in SCENES.values() if said.endswith(where)] in ([], [SCENES[has["scene"]][0]])
        if "facing" in said:
            assert f"facing {has['facing']}" in said
        assert "giraffe" in words
        assert re.match(r"an? ", said)


def test_of_a_sketch_it_says_neither_colour_nor_place() -> None:
    for index in range(60):
        said = caption(Instance("giraffe", index), "sketch", verbose=True)
        assert said.startswith("a sketch of a giraffe")
        assert not set(said.split()) & {*COLOURS, *PATTERNS}
        assert not any(said.endswith(where) for where, _ in SCENES.values())


def test_of_a_sketch_it_says_only_what_was_drawn() -> None:
    turned = 0
    for index in range(80):
        instance = Instance("elephant", index)
        said = caption(instance, "sketch", verbose=True)
        drawn = nouns(instance.strokes(0).parts)
        if "facing" in said:
            assert f"facing {instance.facing(0)}" in said
            turned += instance.facing(0) != instance.facing()
        for name in nouns(part.name for part in instance.figure.parts):
            if f"with a {name} " in f"{said} " or f"with {plural(name)} " in f"{said} ":
                assert name in drawn
    assert turned > 0  # some are drawn the other way round, and described so


@pytest.mark.parametrize("name", kinds())
def test_every_class_can_be_described(name: str) -> None:
    for index in range(25):
        for modality in ("photo", "sketch"):
            said = caption(Instance(name, index), modality, verbose=True)
            assert word(name) in said
            assert "  " not in said
            assert not said.endswith(" with")


def test_people_do_not_say_everything() -> None:
    said = [caption(Instance("giraffe", index), "photo", verbose=True) for index in range(200)]
    coloured = sum(bool(set(each.split()) & set(COLOURS)) for each in said)
    assert 120 < coloured < 180
    assert len(set(said)) > 150


def test_sketches_of_one_thing_are_described_each_by_itself() -> None:
    instance = Instance("giraffe", 1)
    assert len({caption(instance, "sketch", True, take) for take in range(12)}) > 1


def test_parts_are_counted_by_what_they_are() -> None:
    assert nouns(["far hind leg", "fore leg", "horn", "horn's knob"]) == {"leg": 2, "horn": 1}
    assert noun("upper left wing") == "wing"
    assert [plural(name) for name in ("knife", "box", "berry", "key")] == ["knives", "boxes", "berries", "keys"]

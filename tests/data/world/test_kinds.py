from __future__ import annotations

import inspect
from pathlib import Path
from random import Random

import numpy as np
import pytest

from sbirlib.data.world.figure import Figure, Memory
from sbirlib.data.world.kinds import kinds, read, read_settings
from sbirlib.data.world.programs import PROGRAMS
from sbirlib.data.world.scenes import SCENES
from tests.data.world.promised import built


def test_there_are_three_groups_of_many_classes() -> None:
    origin = [kind for kind in kinds().values() if kind.origin]
    assert len(kinds()) >= 96
    assert len(origin) >= 30
    assert len({kind.family for kind in kinds().values()}) >= 10


def remembered(name: str, seed: int) -> Figure:
    return built(name, seed, Memory(Random(f"memory {seed}"), 0.8, 0.2, 0.85))


@pytest.mark.parametrize("name", kinds())
def test_what_is_remembered_is_the_same_thing(name: str) -> None:
    for seed in range(30):
        seen, recalled = built(name, seed), remembered(name, seed)
        assert [part.name for part in seen.parts] == [part.name for part in recalled.parts]
        assert seen.genes.random() == recalled.genes.random()  # as many genes were drawn


@pytest.mark.parametrize("name", kinds())
def test_every_class_is_of_a_sane_size(name: str) -> None:
    assert set(kinds()[name].scenes) <= set(SCENES)
    for seed in range(30):
        for figure in (built(name, seed), remembered(name, seed)):
            points = np.array([point for part in figure.parts for point in part.points])
            assert np.isfinite(points).all()
            width, height = np.ptp(points, axis=0)
            assert 0.3 < max(width, height) < 6
            assert min(width, height) > 0.05
            assert 2 <= len(figure.parts) <= 45
            assert all(part.name == part.name.lower().strip() for part in figure.parts)


@pytest.mark.parametrize("name", kinds())
def test_colours_do_not_give_a_class_away(name: str) -> None:
    """A good part of it is in the main colour, which is any."""
    for seed in range(10):
        parts = built(name, seed).parts
        main = np.array([point for part in parts if part.slot == "main" for point in part.points])
        whole = np.array([point for part in parts for point in part.points])
        assert np.ptp(main, axis=0).max() > 0.25 * np.ptp(whole, axis=0).max()


@pytest.mark.parametrize("name", kinds())
def test_a_caption_has_at_most_two_things_to_say(name: str) -> None:
    assert all(built(name, seed).traits.get("has", "").count(" and ") <= 1 for seed in range(30))


def test_classes_of_a_family_differ_by_settings_alone() -> None:
    said = [(kind.family, tuple(sorted(kind.settings.items()))) for kind in kinds().values()]
    assert len(set(said)) == len(said)
    for kind in kinds().values():
        assert set(kind.settings) <= set(inspect.signature(PROGRAMS[kind.family]).parameters)


def test_the_homonyms_are_two_classes() -> None:
    assert kinds()["bat (animal)"].family != kinds()["bat (tool)"].family


def test_settings_are_read_as_what_they_are() -> None:
    found = read_settings("legs=.5 horns=curved udder humps=2", PROGRAMS["quadruped"], "here")
    assert found == {"legs": 0.5, "horns": "curved", "udder": True, "humps": 2}
    with pytest.raises(ValueError, match="here: quadruped has no setting 'wings'"):
        read_settings("wings=2", PROGRAMS["quadruped"], "here")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dragon | ground | meadow]", "line 1: no family 'dragon'"),
        ("[quadruped | ground | meadow]\ncow | legs=1 | animal", "line 2: name | settings"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "some.txt"
    file.write_text(text)
    with pytest.raises(ValueError, match=message.replace("|", r"\|")):
        list(read(file))

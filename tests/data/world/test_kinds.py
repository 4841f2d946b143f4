from __future__ import annotations

import inspect
from pathlib import Path
from random import Random

import numpy as np
import pytest

from sbirlib.data.world.figure import Figure
from sbirlib.data.world.kinds import kinds, read, read_settings
from sbirlib.data.world.programs import PROGRAMS
from sbirlib.data.world.scenes import SCENES


def test_there_are_three_groups_of_many_classes() -> None:
    origin = [kind for kind in kinds().values() if kind.origin]
    assert len(kinds()) >= 96
    assert len(origin) >= 30
    assert len({kind.family for kind in kinds().values()}) >= 10


@pytest.mark.parametrize("name", kinds())
def test_every_class_draws_parts_that_are_sane(name: str) -> None:
    kind = kinds()[name]
    assert set(kind.scenes) <= set(SCENES)
    for seed in range(6):
        figure = kind.figure(Figure(Random(seed)))
        points = np.array([point for part in figure.parts for point in part.points])
        assert np.isfinite(points).all()
        assert 2 <= len(figure.parts) <= 80
        assert {part.slot for part in figure.parts} & {"main"}, "its largest parts take the thing's own colour"
        assert all(part.name == part.name.lower().strip() for part in figure.parts)


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

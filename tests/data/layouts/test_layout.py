from __future__ import annotations

from pathlib import Path

import pytest

from sbirlib.data.layouts.layout import first, plain, spelling


@pytest.mark.parametrize("other", ["hot-air_balloon", "Hot Air Balloon", "hot_air_balloon "])
def test_spellings_of_one_class_are_one(other: str) -> None:
    assert spelling(["hot-air balloon"])[plain(other)] == "hot-air balloon"


def test_an_alias_that_stands_for_two_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="two classes have the spelling 'Mouse': mouse and computer mouse"):
        spelling(["mouse"], [("Mouse", "computer mouse")])


def test_the_first_folder_there_is_wins(tmp_path: Path) -> None:
    for place in ("b/two", "a/two"):
        (tmp_path / place).mkdir(parents=True)
    assert first(tmp_path, ("a/", "b/"), ("one", "two")) == "a/two"
    assert first(tmp_path, ("a/",), ("one",)) is None

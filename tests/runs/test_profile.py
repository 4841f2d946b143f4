from __future__ import annotations

from dataclasses import fields

import pytest

from sbirlib import runs


def test_the_environment_turns_the_dial(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs.profile().name == "smoke"
    monkeypatch.setenv("SBIR_PROFILE", "paper")
    assert runs.profile().name == "paper"
    monkeypatch.delenv("SBIR_PROFILE")
    assert runs.profile().name == "book"


def test_sizes_grow_along_the_dial() -> None:
    smoke, book, paper = (runs.PROFILES[name] for name in ("smoke", "book", "paper"))
    for field in fields(smoke):
        if field.name != "name":
            small, middle, large = (getattr(p, field.name) for p in (smoke, book, paper))
            assert small <= middle <= large
    assert book.seeds >= 3  # a claim needs three


def test_an_unknown_profile_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBIR_PROFILE", "fast")
    with pytest.raises(ValueError, match=r"one of smoke, book, paper; got 'fast'"):
        runs.profile()

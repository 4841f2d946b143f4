from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sbirlib import runs


def test_a_missing_package_names_the_extra_that_brings_it() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"no_such_package is not installed.*'sbirlib\[book\]'"):
        runs.require("no_such_package", extra="book")


def test_a_package_that_lacks_another_one_says_so_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_installed.py").write_text("import something_else_entirely\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="something_else_entirely"):
        runs.require("half_installed", extra="book")
    sys.modules.pop("half_installed", None)

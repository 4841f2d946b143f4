"""pyproject.toml is the one list of dependencies; the lock file and conda's environment.yml agree with it."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import sbirlib as sb

PROJECT = tomllib.loads(sb.runs.path("root", "pyproject.toml").read_text())["project"]
DECLARED = [Requirement(line) for line in PROJECT["dependencies"]] + [
    Requirement(line) for extra in PROJECT["optional-dependencies"].values() for line in extra
]
LOCK = dict(line.split("==") for line in sb.runs.path("root", "requirements.lock").read_text().split())
LOCKED = {canonicalize_name(name): version for name, version in LOCK.items()}

TEN = {
    "jupyterlab", "jupyter-book", "torch", "open-clip-torch", "matplotlib",
    "seaborn", "umap-learn", "scikit-learn", "papermill", "nbmake",
}  # fmt: skip


def test_the_ten_packages_are_direct_dependencies() -> None:
    assert {canonicalize_name(r.name) for r in DECLARED} >= TEN


def test_there_are_four_extras_and_no_dependency_twice() -> None:
    assert set(PROJECT["optional-dependencies"]) == {"book", "test", "lab", "search"}
    names = [canonicalize_name(r.name) for r in DECLARED]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda r: r.name)
def test_the_lock_pins_what_is_declared(requirement: Requirement) -> None:
    assert requirement.specifier.contains(LOCKED[canonicalize_name(requirement.name)])


def test_the_lock_holds_names_and_versions_only() -> None:
    for line in sb.runs.path("root", "requirements.lock").read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line), line  # no address, no local version
    assert LOCKED["jupyter-book"].startswith("1.")
    assert {"sphinx", "sphinx-book-theme", "myst-nb", "myst-parser", "docutils"} <= set(LOCKED)


def test_the_lock_is_what_runs_here() -> None:
    """Where the tests run in the locked environment, they vouch for it; elsewhere (a fresh install) they cannot."""
    installed = {name: metadata.version(name) for name in ("torch", "torchvision", "jupyter-book")}
    if any(LOCKED[name] != version.split("+")[0] for name, version in installed.items()):
        pytest.skip("this environment was not made from requirements.lock")
    assert "+cpu" not in installed["torch"] or "+cpu" in installed["torchvision"]  # both from one index


def test_conda_users_get_the_same() -> None:
    environment = yaml.safe_load(sb.runs.path("root", "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert python == f"python{PROJECT['requires-python']}"
    assert pip == "pip"
    lines = packages["pip"]
    assert lines[:2] == ["--constraint requirements.lock", "--editable ."]
    assert sorted(map(str, map(Requirement, lines[2:]))) == sorted(map(str, DECLARED))


def test_versions_agree() -> None:
    citation = yaml.safe_load(sb.runs.path("root", "CITATION.cff").read_text())
    assert sb.__version__ == PROJECT["version"] == citation["version"] == metadata.version("sbirlib")

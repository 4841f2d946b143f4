"""Make runs exactly the chapters that read what changed: the real Makefile and runner on two small chapters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from sbirlib import runs

pytestmark = [
    pytest.mark.skipif(shutil.which("make") is None, reason="needs GNU make"),
    pytest.mark.slow,
]


def chapter(file: Path, source: str) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    cost = nbformat.v4.new_code_cell(f'import sbirlib as sb\nsb.runs.cost_box("{file.stem}")')
    cost.metadata["tags"] = ["cost"]
    notebook.cells = [cost, nbformat.v4.new_code_cell(source)]
    nbformat.write(notebook, file)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build needs, with two chapters: one reads a CSV file, one another room of sbirlib."""
    root, folder = runs.path("root"), tmp_path_factory.mktemp("checkout")
    for name in ("sbirlib", "book"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    for name in ("Makefile", "_toc.yml", "pyproject.toml", "requirements.lock"):
        shutil.copy(root / name, folder / name)
    (folder / "notebooks").mkdir()
    chapter(folder / "notebooks" / "01-a.ipynb", 'sb.data.split("sketchy/split2").name')
    chapter(folder / "notebooks" / "02-b.ipynb", 'open(sb.runs.path("book", "timeline.csv")).read()[:4]')
    with open(folder / "Makefile", "a") as makefile:
        makefile.write("\nAFTER.01-a := 02-b\n")
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    (binaries / "python").chmod(0o755)
    (folder / ".venv" / ".ready").touch()
    return folder


def make(checkout: Path, *arguments: str, profile: str = "smoke") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SBIR", "MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "-j2", f"PROFILE={profile}", "chapters", *arguments],
        cwd=checkout, capture_output=True, text=True, env=environment | {"PYTHONPATH": str(checkout)},
    )  # fmt: skip


def executed(checkout: Path, profile: str = "smoke") -> list[str]:
    """The chapters that one call of make executes, in the order in which they end."""
    run = make(checkout, profile=profile)
    assert run.returncode == 0, run.stdout + run.stderr
    return [line.split()[1].rstrip(":") for line in run.stdout.splitlines() if ": done in" in line]


def touch(file: Path) -> None:
    time.sleep(0.02)
    now = time.time() + 1  # later than what was built, whatever the file system's clock resolves
    os.utime(file, (now, now))
    time.sleep(1.1)


def test_a_chapter_runs_again_if_and_only_if_something_it_read_changed(checkout: Path) -> None:
    assert executed(checkout) == ["02-b", "01-a"]  # 01-a comes after 02-b, as the Makefile says
    assert executed(checkout) == []

    touch(checkout / "notebooks" / "02-b.ipynb")
    assert executed(checkout) == ["02-b"]  # not 01-a: after is an order, not a dependency
    touch(checkout / "book" / "timeline.csv")
    assert executed(checkout) == ["02-b"]
    touch(checkout / "sbirlib" / "data" / "splits.py")
    assert executed(checkout) == ["01-a"]
    touch(checkout / "sbirlib" / "data" / "lists" / "sketchy-split2.tsv")
    assert executed(checkout) == ["01-a"]
    touch(checkout / "sbirlib" / "plots.py")
    assert executed(checkout) == []
    touch(checkout / "sbirlib" / "runs" / "paths.py")
    assert executed(checkout) == ["02-b", "01-a"]

    assert executed(checkout, profile="book") == ["02-b", "01-a"]
    assert executed(checkout) == []  # each profile keeps its own


def test_the_cost_box_holds_this_very_run_and_no_path_of_this_machine(checkout: Path) -> None:
    executed(checkout)
    text = (checkout / "_build" / "smoke" / "notebooks" / "01-a.ipynb").read_text()
    assert "This chapter took" in text
    assert str(checkout) not in text
    records = runs.read_records(checkout / "_build" / "records" / "smoke.jsonl", "chapter/01-a")
    assert records[-1].seconds is not None
    assert records[-1].seconds > 0


def test_a_source_that_is_saved_while_its_chapter_runs_is_not_missed(checkout: Path) -> None:
    executed(checkout)
    notebook = checkout / "notebooks" / "02-b.ipynb"
    before = notebook.read_bytes()
    chapter(
        notebook,
        'import os\nos.utime(sb.runs.path("book", "timeline.csv"))\nopen(sb.runs.path("book", "timeline.csv"))',
    )
    touch(notebook)
    try:
        assert executed(checkout) == ["02-b"]
        assert executed(checkout) == ["02-b"]  # its source is newer than the start of the run that read it
    finally:
        notebook.write_bytes(before)
        touch(notebook)
    assert executed(checkout) == ["02-b"]


def test_a_chapter_that_fails_stops_the_build_and_leaves_the_good_one(checkout: Path) -> None:
    executed(checkout)
    notebook = checkout / "notebooks" / "02-b.ipynb"
    good = (checkout / "_build" / "smoke" / "notebooks" / "02-b.ipynb").read_bytes()
    before = notebook.read_bytes()
    chapter(notebook, "1 / 0")
    touch(notebook)
    try:
        run = make(checkout)
        assert run.returncode != 0
        assert "02-b: FAILED" in run.stderr
        assert "ZeroDivisionError: division by zero" in run.stderr
        assert (checkout / "_build" / "smoke" / "notebooks" / "02-b.ipynb").read_bytes() == good
        assert (checkout / "_build" / "smoke" / "notebooks" / "02-b.failed.ipynb").exists()
    finally:
        notebook.write_bytes(before)
        touch(notebook)
    assert executed(checkout) == ["02-b"]


def test_a_source_that_was_deleted_does_not_break_make(checkout: Path) -> None:
    extra = checkout / "book" / "extra.csv"
    extra.write_text("x")
    notebook = checkout / "notebooks" / "02-b.ipynb"
    chapter(notebook, 'open(sb.runs.path("book", "extra.csv")).read()')
    touch(notebook)
    assert executed(checkout) == ["02-b"]
    chapter(notebook, "1 + 1")
    touch(notebook)
    extra.unlink()
    assert executed(checkout) == ["02-b"]
    assert executed(checkout) == []


def test_help_lists_every_verb() -> None:
    run = subprocess.run(["make", "help"], cwd=runs.path("root"), capture_output=True, text=True, check=True)
    for verb in ("env", "book", "test", "check-book", "lint", "lab", "bench", "clean"):
        assert f"make {verb} " in run.stdout

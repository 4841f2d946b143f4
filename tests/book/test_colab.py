from __future__ import annotations

import sys
from pathlib import Path

import colab
import nbformat
import pytest


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://example.org/sbir\n")
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("old", metadata={"tags": ["colab", "remove-cell"]}),
        nbformat.v4.new_code_cell("kept = 1"),
    ]
    nbformat.write(notebook, tmp_path / "01-x.ipynb")
    monkeypatch.setattr(colab.runs, "path", lambda room, *parts: tmp_path.joinpath(*parts))
    return tmp_path


def test_the_address_reaches_every_notebook_from_its_one_place(checkout: Path) -> None:
    colab.main()
    cells = nbformat.read(checkout / "01-x.ipynb", as_version=4).cells
    assert 'repository = "https://example.org/sbir"' in cells[0].source
    assert cells[1].source == "kept = 1"


def test_the_cell_does_nothing_away_from_colab() -> None:
    python = "\n".join(line for line in colab.cell_source().splitlines() if not line.strip().startswith("!"))
    before = list(sys.path)
    exec(python, {})
    assert sys.path == before

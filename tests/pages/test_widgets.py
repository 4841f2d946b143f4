"""A page with a widget shows it without a network: a book of one page, in the real book's frame."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from sbirlib import runs

STATE = {
    "slider": {
        "model_name": "IntSliderModel",
        "model_module": "@jupyter-widgets/controls",
        "model_module_version": "2.0.0",
        "state": {"description": "abstraction", "layout": "IPY_MODEL_layout", "style": "IPY_MODEL_style", "value": 7},
    },
    "layout": {
        "model_name": "LayoutModel",
        "model_module": "@jupyter-widgets/base",
        "model_module_version": "2.0.0",
        "state": {},
    },
    "style": {
        "model_name": "SliderStyleModel",
        "model_module": "@jupyter-widgets/controls",
        "model_module_version": "2.0.0",
        "state": {},
    },
}


@pytest.mark.slow
def test_a_slider_is_drawn_from_the_books_own_scripts(tmp_path: Path, visit: Any) -> None:
    if "SBIR_HTML" not in os.environ:
        pytest.skip("builds a book of its own: make check-book runs it")
    source = tmp_path / "source"
    shutil.copytree(runs.path("book", "_static"), source / "book" / "_static")
    shutil.copytree(runs.path("book", "tools"), source / "book" / "tools")
    shutil.copy(runs.path("book", "references.bib"), source / "book")
    config = yaml.safe_load(runs.path("root", "_config.yml").read_text())
    config.pop("repository")
    (source / "_config.yml").write_text(yaml.safe_dump(config, sort_keys=False))
    (source / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    view = {"model_id": "slider", "version_major": 2, "version_minor": 0}
    output = nbformat.v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": view})
    notebook = nbformat.v4.new_notebook(metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}})
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# A widget"),
        nbformat.v4.new_code_cell("slider", outputs=[output]),
    ]
    state = {"version_major": 2, "version_minor": 0, "state": STATE}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    nbformat.write(notebook, source / "page.ipynb")
    jupyter_book = Path(sys.executable).parent / "jupyter-book"
    subprocess.run([jupyter_book, "build", source, "--path-output", tmp_path, "--quiet", "-W"], check=True)
    tab, seen = visit(tmp_path / "_build" / "html" / "page.html")
    tab.wait_for_selector(".widget-slider, .jupyter-widgets")
    assert tab.locator(".widget-readout").first.inner_text() == "7"
    assert seen.errors == []
    assert seen.asked_outside == []

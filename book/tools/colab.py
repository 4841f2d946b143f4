"""Write each notebook's first code cell, which installs the book on Colab and does nothing elsewhere.

The repository's public address stands in _config.yml alone; after changing it there, run this once.
"""

from __future__ import annotations

import nbformat
import yaml

from sbirlib import runs

CELL = """\
# On Colab only: fetch the book and install its package. Elsewhere this does nothing.
import sys

if "google.colab" in sys.modules:
    repository = "{address}"
    assert repository, "no public address yet: upload a checkout, pip install -e it"
    !git clone --quiet --depth 1 {{repository}} sbir
    !pip install --quiet --editable ./sbir
    sys.path.insert(0, "sbir")"""
TAGS = ["colab", "remove-cell"]


def cell_source() -> str:
    """The cell for the address in _config.yml."""
    config = yaml.safe_load((runs.path("root", "_config.yml")).read_text())
    return CELL.format(address=(config.get("repository") or {}).get("url") or "")


def main() -> None:
    for file in sorted(runs.path("notebooks").glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        for cell in notebook.cells:
            if "colab" in cell.metadata.get("tags", []):
                cell.source = cell_source()
        runs.write_atomic(file, nbformat.writes(notebook) + "\n")


if __name__ == "__main__":
    main()

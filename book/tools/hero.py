"""The landing page's picture is a figure of the first chapter: `hero.py EXECUTED` takes it from the executed notebook.

Every build of the book does so for its own pages (stage.py). The copy in book/_static, which the README shows, is
written by `make hero`, and carries a digest of what it follows from, so that a test can tell when it is out of date.
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
from pathlib import Path

import nbformat
from PIL import Image

from sbirlib import runs
from sbirlib.data.world import VERSION
from sbirlib.encoders.sources import SHIPPED

CHAPTER, FIGURE = "00-start-here", "fig-search"
FILE = Path("book", "_static", "hero.jpg")


def picture(notebook: nbformat.NotebookNode) -> bytes:
    """The figure as a JPEG with a digest as its comment; a chapter that was not executed has none, and is an error."""
    for cell in notebook.cells:
        if cell.get("metadata", {}).get("mystnb", {}).get("figure", {}).get("name") == FIGURE:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    return jpeg(base64.b64decode(output["data"]["image/png"]), follows_from(notebook))
    raise SystemExit(f"{CHAPTER} has no picture {FIGURE}: was it executed?")


def jpeg(png: bytes, comment: str) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(out, "JPEG", quality=88, optimize=True, comment=comment)
    return out.getvalue()


def follows_from(notebook: nbformat.NotebookNode) -> str:
    """16 hex digits of the chapter's code up to the figure, the world's version and the start's weights."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and "injected-parameters" not in tags(cell)]
    names = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in code]
    found = hashlib.sha256(VERSION.encode())
    found.update((SHIPPED / "tiny.safetensors").read_bytes())
    for cell in code[: names.index(FIGURE) + 1]:
        found.update(cell.source.encode())
    return found.hexdigest()[:16]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


if __name__ == "__main__":
    executed = Path(sys.argv[1]) / f"{CHAPTER}.ipynb"
    runs.write_atomic(runs.path("root") / FILE, picture(nbformat.read(executed, as_version=4)))
    print(f"written: {FILE}")

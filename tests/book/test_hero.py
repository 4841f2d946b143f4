from __future__ import annotations

import base64
import io

import hero
import nbformat
import pytest
from PIL import Image

import sbirlib as sb

COMMITTED = sb.runs.path("root") / hero.FILE


def chapter() -> nbformat.NotebookNode:
    return nbformat.read(sb.runs.path("notebooks", f"{hero.CHAPTER}.ipynb"), as_version=4)


def executed() -> nbformat.NotebookNode:
    """The chapter with a red picture as its figure."""
    notebook, file = chapter(), io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, "PNG")
    data = {"image/png": base64.b64encode(file.getvalue()).decode()}
    for cell in notebook.cells:
        if cell.metadata.get("mystnb", {}).get("figure", {}).get("name") == hero.FIGURE:
            cell.outputs = [nbformat.v4.new_output("display_data", data)]
    return notebook


def test_the_picture_is_the_chapters_figure() -> None:
    with Image.open(io.BytesIO(hero.picture(executed()))) as image:
        red, green, blue = image.convert("RGB").getpixel((15, 10))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 15


def test_a_chapter_that_was_not_executed_has_none() -> None:
    with pytest.raises(SystemExit, match="00-start-here has no picture fig-search: was it executed"):
        hero.picture(chapter())


def test_what_is_injected_or_comes_later_makes_no_difference_and_what_comes_before_does() -> None:
    want = hero.follows_from(chapter())
    injected, later, before = chapter(), chapter(), chapter()
    cell = nbformat.v4.new_code_cell("shown = []", metadata={"tags": ["injected-parameters"]})
    injected.cells.insert(4, cell)
    later.cells[-1].source += "!"
    before.cells[3].source += "\nshown = []"
    assert hero.follows_from(injected) == hero.follows_from(later) == want != hero.follows_from(before)


def test_the_readmes_picture_is_up_to_date() -> None:
    with Image.open(COMMITTED) as image:
        assert image.info["comment"].decode() == hero.follows_from(chapter()), "make hero writes it again"
    assert COMMITTED.stat().st_size < 300_000

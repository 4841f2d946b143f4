"""What holds for every chapter: its frame, its parameters, its cells."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import colab
import nbformat
import pytest
import yaml

import sbirlib as sb

NOTEBOOKS = sorted(sb.runs.path("notebooks").glob("*.ipynb"))
TAGS = {"colab", "cost", "hide-input", "hide-output", "parameters", "remove-cell", "remove-input"}
LONGEST = 25  # lines of a code cell; longer belongs in sbirlib


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def parse(cell: nbformat.NotebookNode) -> ast.Module:
    """The cell as Python, without IPython's ! and % lines."""
    lines = [re.sub(r"^(\s*)[!%].*", r"\1pass", line) for line in cell.source.splitlines()]
    return ast.parse("\n".join(lines))


def test_there_are_chapters_with_numbered_names() -> None:
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        assert re.fullmatch(r"([0-9]{2}|A[0-9])-[a-z0-9-]+\.ipynb", path.name)


def test_every_chapter_stands_in_the_table_of_contents_once_and_no_part_is_empty() -> None:
    toc = yaml.safe_load(sb.runs.path("root", "_toc.yml").read_text())
    assert all(part["chapters"] for part in toc["parts"])
    listed = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    assert len(listed) == len(set(listed))
    assert {f"notebooks/{path.stem}" for path in NOTEBOOKS} == {
        file for file in listed if file.startswith("notebooks/")
    }
    for file in listed:
        folder = sb.runs.path("root")
        assert (folder / f"{file}.md").exists() or (folder / f"{file}.ipynb").exists(), file


def test_it_is_valid_and_runs_on_the_python3_kernel(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_is_committed_without_outputs(notebook: nbformat.NotebookNode) -> None:
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_it_begins_with_its_title_and_objectives(notebook: nbformat.NotebookNode) -> None:
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "**Objectives.**" in first.source
    assert not [
        c for c in notebook.cells[1:] if c.cell_type == "markdown" and re.search(r"^# ", c.source, re.MULTILINE)
    ]


def test_its_first_cells_come_in_order(notebook: nbformat.NotebookNode) -> None:
    """Installing on Colab, then the cost, then the parameters, then imports."""
    colab_cell, cost, parameters, imports = code(notebook)[:4]
    assert tags(colab_cell) == colab.TAGS
    assert colab_cell.source == colab.cell_source()  # after a change of address: python book/tools/colab.py
    assert "cost" in tags(cost)
    assert tags(parameters) == ["parameters"]
    assert any(isinstance(node, ast.Import | ast.ImportFrom) for node in parse(imports).body)


def test_the_cost_box_is_this_chapters(notebook: nbformat.NotebookNode, request: pytest.FixtureRequest) -> None:
    path: Path = request.node.callspec.params["notebook"]
    (cost,) = [cell for cell in code(notebook) if "cost" in tags(cell)]
    assert f'cost_box("{path.stem}")' in cost.source


def test_parameters_are_plain_assignments_that_are_read_later(notebook: nbformat.NotebookNode) -> None:
    (cell,) = [cell for cell in code(notebook) if "parameters" in tags(cell)]
    names = []
    for node in parse(cell).body:
        assert isinstance(node, ast.Assign), "papermill knows plain assignments only: name = value"
        (target,) = node.targets
        assert isinstance(target, ast.Name)
        ast.literal_eval(node.value)
        names.append(target.id)
    assert names
    after = code(notebook)[code(notebook).index(cell) + 1 :]
    read = {
        node.id
        for later in after
        for node in ast.walk(parse(later))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert set(names) <= read, "a parameter that nothing reads changes nothing"


def test_only_known_tags_and_never_hidden_method(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        assert set(tags(cell)) <= TAGS
        if "hide-input" in tags(cell):
            assert "axes" in cell.source or "figure" in cell.source, "only plotting code is hidden"


def test_no_cell_is_too_long_and_there_are_not_too_many(notebook: nbformat.NotebookNode) -> None:
    for cell in code(notebook):
        assert len(cell.source.splitlines()) <= LONGEST, cell.source
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    assert 800 <= words <= 3200
    assert len(code(notebook)) <= 32


def test_it_never_asks_which_profile_it_runs_in(notebook: nbformat.NotebookNode) -> None:
    for cell in code(notebook):
        assert "SBIR_PROFILE" not in cell.source
        for node in ast.walk(parse(cell)):
            if isinstance(node, ast.If | ast.IfExp):
                assert "profile" not in ast.unparse(node.test)
                assert "size.name" not in ast.unparse(node.test)


def test_figures_are_numbered_and_described(notebook: nbformat.NotebookNode) -> None:
    for cell in code(notebook):
        draws = re.search(r"plt\.subplots|plots\.timeline", cell.source)
        if draws:
            shown = cell.metadata["mystnb"]
            assert len(shown["image"]["alt"]) > 60
            assert shown["figure"]["name"].startswith("fig-")
            assert shown["figure"]["caption"]


def test_exercises_have_solutions_and_it_ends_with_what_was_learnt(notebook: nbformat.NotebookNode) -> None:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    exercises = re.findall(r"```\{exercise\}.*\n:label: (\S+)", text)
    solutions = re.findall(r"```\{solution(?:-start)?\} (\S+)", text)
    assert len(exercises) >= 2
    assert exercises == solutions
    last = notebook.cells[-1].source
    assert last.startswith("## What was learnt")
    assert "**Limits.**" in last
    assert "**Where next.**" in last


def test_what_the_prose_prints_was_glued(notebook: nbformat.NotebookNode) -> None:
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    printed = {name.split(":")[0] for name in re.findall(r"\{glue(?::\w+)?\}`([^`]+)`", text)}
    source = "\n".join(cell.source for cell in code(notebook))
    glued = re.findall(r"glue\(\s*f?\"([^\"]+)\"", source)
    patterns = [re.sub(r"\\\{.*?\\\}", ".+", re.escape(name)) for name in glued]
    missing = {name for name in printed if not any(re.fullmatch(pattern, name) for pattern in patterns)}
    assert missing == set()

"""What runs a cell: a module started by its name, which writes the cell's records to the file after `--record`.

To read a grid nothing of it is imported: the parameters that it takes are read from its source, as a notebook's are
from its parameters cell.
"""

from __future__ import annotations

import ast
import importlib.util
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbirlib.runs.paths import path

if TYPE_CHECKING:
    from sbirlib.runs.sweeps.grid import Cell

FIT = "sbirlib.training"
NOTEBOOK = "sbirlib.runs.sweeps.notebook"
OURS = ("folder",)  # what the sweep decides itself


@dataclass(frozen=True)
class Parameters:
    """The parameters that something takes; those that are dictionaries, with the entries they have by default."""

    owner: str
    names: tuple[str, ...]
    dictionaries: Mapping[str, Mapping[str, Any]]

    def check(self, column: str, where: str) -> None:
        """`where` is the place to name if nothing takes a parameter called `column`."""
        name, _, entry = column.partition(".")
        if name not in self.names:
            raise ValueError(f"{where}: {self.owner} takes {', '.join(self.names) or 'no parameters'}; not {name!r}")
        if entry and name not in self.dictionaries:
            raise ValueError(f"{where}: {name!r} of {self.owner} is no dictionary that could hold {entry!r}")


def parameters_of(run: str, where: str) -> Parameters:
    """What `fit` or a notebook takes."""
    if run == "fit":
        return job_parameters()
    notebook = path("notebooks", f"{run}.ipynb")
    if notebook.is_file():
        return notebook_parameters(notebook)
    there = ", ".join(sorted(each.stem for each in notebook.parent.glob("*.ipynb"))) or "none"
    raise ValueError(f"{where}: fit or a notebook was expected ({there}); got {run!r}")


def job_parameters() -> Parameters:
    """The fields of `sbirlib.training.Job`."""
    spec = importlib.util.find_spec("sbirlib.training")  # finds the folder, imports nothing of it
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("sbirlib.training is not installed")
    tree = ast.parse((Path(spec.submodule_search_locations[0]) / "job.py").read_text())
    (job,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Job"]
    found = {
        node.target.id: ast.unparse(node.annotation)
        for node in job.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id not in OURS
    }
    return Parameters("fit", tuple(found), {name: {} for name, kind in found.items() if kind.startswith("dict")})


def notebook_parameters(notebook: Path) -> Parameters:
    """The plain assignments of a notebook's parameters cell, which are all that papermill can change."""
    found: dict[str, Any] = {}
    for cell in json.loads(notebook.read_text())["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            for node in ast.parse("".join(cell["source"])).body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    try:
                        found[node.targets[0].id] = ast.literal_eval(node.value)
                    except ValueError:  # no plain value; still a name that papermill replaces
                        found[node.targets[0].id] = None
    return Parameters(notebook.stem, tuple(found), {n: value for n, value in found.items() if isinstance(value, dict)})


def program(cell: Cell, folder: Path) -> tuple[str, list[str]]:
    """The module that runs a cell in `folder`, and its arguments."""
    given = nested(cell.parameters)
    seed = {} if cell.seed is None else {"seed": cell.seed}
    if cell.run == "fit":  # its folder is its own: a killed fit goes on from its last checkpoint
        options = {**given, **seed, "folder": str(folder / "fit")}
        return FIT, [f"--{name}={text(value)}" for name, value in options.items() if value is not None]
    notebook = path("notebooks", f"{cell.run}.ipynb")
    defaults = notebook_parameters(notebook).dictionaries
    partly = {name.partition(".")[0] for name in cell.parameters if "." in name}
    options = {name: merged(defaults[name], value) if name in partly else value for name, value in given.items()}
    return NOTEBOOK, [str(notebook), f"--output={folder / 'executed.ipynb'}", json.dumps({**options, **seed})]


def check_fits(cells: Iterable[Cell]) -> None:
    """Stop at the first fit that could not begin: its values are read as its own command line will read them.

    What goes on to constructors in options, loading and fitting is not looked at, nor are a notebook's values.
    """
    fits = [cell for cell in cells if cell.run == "fit"]
    if not fits:
        return
    from argparse import ArgumentError

    from sbirlib.training.job import job_of  # imports torch: only where a sweep begins

    for cell in fits:
        try:
            job_of(program(cell, Path("fit"))[1])
        except (ArgumentError, ValueError, TypeError) as error:
            raise ValueError(f"{cell}: {error}") from None


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def nested(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as dictionaries.

    >>> nested({"lr": 0.1, "options.temperature": 0.05, "options.frozen": True})
    {'lr': 0.1, 'options': {'temperature': 0.05, 'frozen': True}}
    """
    found: dict[str, Any] = {}
    for column, value in parameters.items():
        *outer, last = column.split(".")
        inner = found
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return found


def merged(default: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The default dictionary with the given entries in place of its own."""
    out = dict(default)
    for name, value in given.items():
        before = out.get(name)
        out[name] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return out

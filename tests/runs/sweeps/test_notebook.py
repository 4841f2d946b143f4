"""A notebook as a cell: papermill, a kernel, and the records of that one execution."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from sbirlib import runs
from sbirlib.runs.sweeps.running import run

PARAMETERS = 'seed = 5\nnoise = 1.6\nweights = {"a": 1, "b": 2}'
WORK = """
from sbirlib import runs
for name in ("one", "two"):
    with runs.recording(f"tiny/{name}", config={"noise": noise}, seeds=[seed]) as record:
        record.numbers["sum"] = noise + weights["a"] + 10 * weights["b"]
"""


def notebook(file: Path, work: str) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in (PARAMETERS, work)]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), file)


def test_a_notebooks_records_become_its_cells(desk: Any, build: Path) -> None:
    notebook(desk.folder / "notebooks" / "01-tiny.ipynb", WORK)
    notebook(desk.folder / "notebooks" / "02-fails.ipynb", f"{WORK}\n1 / 0")
    desk.grid("run,noise,weights.b,seeds\n01-tiny,1e-5,3,0\n02-fails,,,0\n")
    (failure,) = run("toy")
    assert "ZeroDivisionError: division by zero" in failure
    records = runs.sweep("toy")
    assert [(r.name, r.seeds, r.numbers["sum"], r.chapter) for r in records] == [
        (f"tiny/{name}", [0], 31.00001, "01-tiny") for name in ("one", "two")
    ]
    assert records[0].config["cell"] == {"run": "01-tiny", "seed": 0, "noise": 1e-5, "weights.b": 3}
    executed = [nbformat.read(file, as_version=4) for file in (build / "sweeps").glob("toy/01-tiny-*/executed.ipynb")]
    assert "noise = 1e-05" in executed[0].cells[1].source
    everything = runs.read_records(build / "records" / "smoke.jsonl")
    assert len(everything) == 4  # this machine keeps all that was recorded, of what failed afterwards too

"""Execute one chapter for the book: `run_chapter.py NOTEBOOK EXECUTED`.

Beside the executed copy comes a Make dependency file (EXECUTED with .d for .ipynb) with all that the chapter read,
and a run record of what it cost, which also fills the chapter's cost box. A chapter that fails prints its traceback,
leaves EXECUTED as it was and what was executed so far beside it, and exits with 1.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from sbirlib import runs
from sbirlib.runs.pages import clock, cost_box

BEAT = 20.0  # seconds between two lines of a running chapter


def main(notebook: Path, executed: Path) -> int:
    chapter = notebook.stem
    chapters = sorted(path.stem for path in notebook.parent.glob("*.ipynb"))
    label = f"[{chapters.index(chapter) + 1}/{len(chapters)}] {chapter}"
    executed.parent.mkdir(parents=True, exist_ok=True)
    unfinished = executed.with_name(f".{chapter}.unfinished.ipynb")

    started = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        listing = Path(scratch) / "reads"
        os.environ |= {"SBIR_READS": str(listing), "SBIR_CHAPTER": chapter}
        state = Beat(label)
        try:
            with runs.recording(f"chapter/{chapter}") as record:
                execute(notebook, unfinished, state.at)
        except Exception as error:
            state.stop()
            failed = executed.with_name(f"{chapter}.failed.ipynb")
            if unfinished.exists():
                unfinished.replace(failed)
            print(f"{label}: FAILED; what was executed so far: {failed}\n{error}", file=sys.stderr, flush=True)
            return 1
        state.stop()
        sources = listing.read_text().split("\n")[:-1] if listing.exists() else []

    result = nbformat.read(unfinished, as_version=4)
    finish(result, chapter, record)
    # the dependencies first, and the result as old as the run's start: a kill in between, or a source that is
    # saved while the chapter runs, leaves a result that Make finds out of date
    runs.write_atomic(executed.with_suffix(".d"), dependencies(str(executed), [str(notebook), *sources]))
    runs.write_atomic(executed, nbformat.writes(result))
    os.utime(executed, (started, started))
    unfinished.unlink()
    print(f"{label}: done in {clock(record.seconds or 0)}", flush=True)
    return 0


def execute(notebook: Path, output: Path, at: Callable[[int, int], None]) -> None:
    """Run the notebook through papermill, in its own folder as nbmake and JupyterLab do, telling `at` each cell."""
    papermill = runs.require("papermill", extra="book")
    from papermill.engines import NBClientEngine, papermill_engines

    class Engine(NBClientEngine):  # type: ignore[misc]
        """papermill's own engine, which says where it is."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> Any:
            start = nb_man.cell_start

            def cell_start(cell: Any, cell_index: int | None = None, **rest: Any) -> None:
                at((cell_index or 0) + 1, len(nb_man.nb.cells))
                start(cell, cell_index, **rest)

            nb_man.cell_start = cell_start
            return super().execute_managed_notebook(nb_man, kernel_name, **settings)

    papermill_engines.register("book", Engine)
    papermill.execute_notebook(
        str(notebook),
        str(output),
        engine_name="book",
        kernel_name="python3",
        cwd=str(notebook.parent),
        progress_bar=False,
        extra_arguments=["--IPKernelApp.log_level=40"],  # the kernel's warnings would break into the build's lines
    )


def finish(notebook: nbformat.NotebookNode, chapter: str, record: runs.Record) -> None:
    """Fill the cost box from the run that has just ended, and drop what papermill notes of this machine's paths."""
    notebook.metadata.pop("papermill", None)
    box = cost_box(chapter, record)
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "cost" in cell.metadata.get("tags", []):
            data = {"text/html": box._repr_html_(), "text/plain": str(box)}
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=cell.execution_count)]


def dependencies(target: str, sources: list[str]) -> str:
    """A Make rule, with an empty rule for each source so that Make does not stumble over one that was deleted."""
    escaped = [source.replace("$", "$$").replace(" ", "\\ ").replace("#", "\\#") for source in sources]
    return f"{target}: " + " \\\n  ".join(escaped) + "\n" + "".join(f"{source}:\n" for source in escaped[1:])


class Beat:
    """A line when a chapter starts and every so often while it runs."""

    def __init__(self, label: str) -> None:
        self.label, self.where, self.started = label, "starting", time.perf_counter()
        self.ended = threading.Event()
        print(f"{label}: started", flush=True)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def at(self, cell: int, cells: int) -> None:
        self.where = f"cell {cell} of {cells}"

    def run(self) -> None:
        while not self.ended.wait(BEAT):
            print(f"{self.label}: {self.where}, {clock(time.perf_counter() - self.started)}", flush=True)

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: run_chapter.py NOTEBOOK EXECUTED")
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

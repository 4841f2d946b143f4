"""A notebook with parameters from outside, through papermill; what its runs record is kept in a file.

python -m sbirlib.runs.sweeps.notebook NOTEBOOK --output EXECUTED --record FILE '{"seed": 1}'
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from sbirlib.runs.optional import require


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser("sbirlib.runs.sweeps.notebook", description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument(
        "parameters", type=json.loads, help="JSON; papermill's own command reads YAML, where 1e-5 is text"
    )
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True)
    given = parser.parse_args(arguments)
    # the kernel inherits both: its records go to this file too, and name the notebook
    os.environ |= {"SBIR_RECORDS": str(given.record), "SBIR_CHAPTER": given.notebook.stem}
    papermill = require("papermill", extra="book")
    papermill.execute_notebook(
        str(given.notebook),
        str(given.output),
        parameters=given.parameters,
        kernel_name="python3",
        language="python",  # a notebook need not say so
        cwd=str(given.notebook.parent),  # as run_chapter, nbmake and JupyterLab do
        progress_bar=False,
        extra_arguments=["--IPKernelApp.log_level=40"],
    )


if __name__ == "__main__":
    main()

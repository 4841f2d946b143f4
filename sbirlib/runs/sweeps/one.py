"""The process that runs one cell: `python -m sbirlib.runs.sweeps.one FOLDER`.

It holds the cell's lock for as long as it lives. If the sweep that started it is killed, it goes on; the next sweep's
process waits for it here, finds the records and has nothing to do.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

from sbirlib.runs.files import locked
from sbirlib.runs.records import read_records
from sbirlib.runs.sweeps.cells import LOG, PLAN, RECORDS, finished


def main(folder: Path) -> None:
    with locked(folder):
        if finished(folder):
            return
        for attempt in folder.glob("unfinished-*.jsonl"):
            attempt.unlink()
        log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        plan = json.loads((folder / PLAN).read_text())
        # a name of its own for each attempt: what a killed one leaves running writes elsewhere
        unfinished = folder / f"unfinished-{os.getpid()}.jsonl"
        run(plan["module"], [*plan["arguments"], f"--record={unfinished}"], plan["profile"])
        if not unfinished.is_file() or not read_records(unfinished):
            sys.exit(f"{plan['cell']}: it ended without a run record (runs.recording writes one)")
        unfinished.replace(folder / RECORDS)


def run(module: str, arguments: list[str], profile: str) -> None:
    """The module as `python -m` runs it, in this very process, which holds the lock; one thread unless told more."""
    os.environ["SBIR_PROFILE"] = profile
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Sweeps: a grid file's cells, each run once in a process of its own, and their records as data that ships.

    make sweep NAME=controls                     runs book/sweeps/controls.csv, or goes on where it was
    make sweep NAME=controls FLAGS=--status      what is finished, and at which commits
    make sweep NAME=controls FLAGS=--ship        writes book/records/sweep-controls.jsonl

- `grid`       the file as cells: what to run, with which parameters, seed and profile
- `programs`   what runs a cell: a module started by name, and the parameters that it takes
- `cells`      a cell's folder: what is prepared, finished, forgotten
- `one`        the process that runs one cell, on this machine or wherever a scheduler starts it
- `notebook`   papermill on one notebook, its run records kept
- `running`    a sweep: what is missing goes to a scheduler, `local` by default
- `results`    `ship()`, and for chapters `sweep()`, `grouped()` and `cards()`
"""

from sbirlib.runs.sweeps.results import cards, grouped, ship, sweep

__all__ = ["cards", "grouped", "ship", "sweep"]

"""A sweep: the cells that are not finished go to a scheduler, which says as each one ends.

A scheduler takes prepared folders, runs `command(folder)` for each, and gives back (folder, exit status) in the order
in which they end. `local` is one; beyond one machine, one around an existing scheduler takes its place.
"""

from __future__ import annotations

import subprocess
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

from sbirlib.runs.files import locked
from sbirlib.runs.pages import clock, progress
from sbirlib.runs.paths import path
from sbirlib.runs.sweeps.cells import LOG, command, finished, forget, home, last_lines, prepare
from sbirlib.runs.sweeps.grid import Grid, read_grid
from sbirlib.runs.sweeps.programs import check_fits
from sbirlib.runs.sweeps.results import summary, unfinished

Ended = Generator[tuple[Path, int], None, None]
Scheduler = Callable[[Sequence[Path]], Ended]


def local(jobs: int = 2) -> Scheduler:
    """Processes of this machine, `jobs` at a time."""

    def schedule(folders: Sequence[Path]) -> Ended:
        waiting, running = deque(folders), dict[Path, subprocess.Popen[bytes]]()
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    folder = waiting.popleft()
                    running[folder] = subprocess.Popen(command(folder), stdin=subprocess.DEVNULL)
                ended = [folder for folder, process in running.items() if process.poll() is not None]
                for folder in ended:
                    yield folder, running.pop(folder).returncode
                if not ended:
                    time.sleep(0.05)
        finally:  # the sweep was interrupted: what it started ends with it, and goes on from its checkpoints next time
            for process in running.values():
                process.terminate()
            for process in running.values():
                process.wait()

    return schedule


def run(name: str, scheduler: Scheduler | None = None, fresh: bool = False) -> list[str]:
    """Run what is missing of a sweep, printing how it goes; returns the cells that failed, in words."""
    grid = read_grid(name)
    try:
        with locked(path("build", "sweeps", name), wait=False):
            check_fits(grid.cells if fresh else unfinished(grid))
            if fresh:
                for cell in grid.cells:
                    forget(home(grid, cell))
            failures = go(grid, scheduler or local())
    except BlockingIOError as error:
        raise BlockingIOError(f"the sweep {name!r} is running already ({error})") from None
    for line in summary(grid):
        print(line, flush=True)
    return failures


def go(grid: Grid, scheduler: Scheduler) -> list[str]:
    cells = {prepare(cell, home(grid, cell)): cell for cell in unfinished(grid)}
    failures: list[str] = []
    if not cells:
        return failures
    print(f"sweep {grid.name}: {len(grid.cells)} cells, {len(cells)} to run", flush=True)
    began = time.perf_counter()
    with closing(scheduler(list(cells))) as ended:
        bar = progress(ended, f"sweep {grid.name}", unit="cells", total=len(cells))
        for number, (folder, status) in enumerate(bar, start=1):
            passed = time.perf_counter() - began
            left = f", about {clock(passed / number * (len(cells) - number))} left" if number < len(cells) else ""
            how = "done" if finished(folder) else "FAILED"
            bar.say(f"[{number}/{len(cells)}] {cells[folder]}: {how}{left}")
            if not finished(folder):
                why = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
                failures.append("\n    ".join([f"{cells[folder]}: {why}, {folder / LOG}", *last_lines(folder)]))
    return failures

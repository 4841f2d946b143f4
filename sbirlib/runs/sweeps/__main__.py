"""`python -m sbirlib.runs.sweeps NAME [--jobs 2] [--fresh] | --status | --ship`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from sbirlib.runs.sweeps.cells import LOG, home
from sbirlib.runs.sweeps.grid import read_grid
from sbirlib.runs.sweeps.results import ship, summary, unfinished
from sbirlib.runs.sweeps.running import local, run


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("sbirlib.runs.sweeps", description="Run what is missing of a sweep.")
    parser.add_argument("name", nargs="?", default="", help="of a grid file: book/sweeps/NAME.csv")
    parser.add_argument("--jobs", type=int, default=2, help="cells at a time (2)")
    parser.add_argument("--fresh", action="store_true", help="forget the finished cells first")
    parser.add_argument("--status", action="store_true", help="only say how far it is")
    parser.add_argument("--ship", action="store_true", help="only write its records to book/records, if all are there")
    given = parser.parse_args(arguments)
    if given.jobs < 1:
        parser.error(f"--jobs is a number from 1 on; got {given.jobs}")
    try:
        if given.status:
            return status(given.name)
        if given.ship:
            print(*summary(read_grid(given.name)), f"written: {ship(given.name)}", sep="\n")
            return 0
        failures = run(given.name, local(given.jobs), given.fresh)
    except (ValueError, OSError) as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nsweep: interrupted; what is finished stays, and the same command goes on", file=sys.stderr)
        return 130
    if failures:
        print(f"\n{len(failures)} failed; the same command tries them again:", file=sys.stderr)
        print(*failures, sep="\n", file=sys.stderr)
    return 1 if failures else 0


def status(name: str) -> int:
    grid = read_grid(name)
    print(*summary(grid), sep="\n")
    for cell in unfinished(grid):
        begun = " (begun)" if (home(grid, cell) / LOG).is_file() else ""
        print(f"  to run: {cell}{begun}")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the cells too, as ^C does
    sys.exit(main())

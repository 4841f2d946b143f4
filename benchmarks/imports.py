"""How long an import takes: sbirlib beside what it builds on, each in a process of its own, best of several.

A notebook's first cell and every command-line call pay for this, so heavy imports wait until they are used.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from sbirlib import runs

MODULES = ("sbirlib", "numpy", "torch", "open_clip", "seaborn")
REPEATS = 5


def seconds(module: str) -> list[float]:
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code]
    return sorted(float(subprocess.run(command, capture_output=True, text=True).stdout) for _ in range(REPEATS))


def main() -> None:
    with runs.recording("benchmarks/imports", config={"repeats": REPEATS}) as record:
        record.numbers |= {module: seconds(module) for module in MODULES}
    print(f"{'import':<12}{'best':>10}{'median':>10}")
    for module, times in record.numbers.items():
        print(f"{module:<12}{min(times):>9.3f}s{statistics.median(times):>9.3f}s")


if __name__ == "__main__":
    main()

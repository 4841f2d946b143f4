"""A desk for sweeps: grids, notebooks and shipped records in the test's own folder, and a fit that learns nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sbirlib.runs import paths
from sbirlib.runs.sweeps import programs, running

TOY = """
import argparse, os, sys, time
from pathlib import Path
from sbirlib.runs.records import Record

parser = argparse.ArgumentParser()
for name in ("model", "split", "seed", "lr", "options", "folder", "record"):
    parser.add_argument(f"--{name}")
given = parser.parse_args()

def note(what):
    with open(os.environ["TOY_DIARY"], "a") as diary:
        diary.write(f"{what} {given.model}-{given.seed}\\n")

note("begin")
print("learning", given.model)
if given.model == "Broken":
    raise RuntimeError("no such thing as a Broken")
if given.model == "Silent":
    sys.exit()
time.sleep(float(os.environ.get("TOY_SECONDS", 0)))
numbers = {"score": int(given.seed or 0), "threads": int(os.environ["OMP_NUM_THREADS"])}
record = Record("evaluate/toy", {"folder": given.folder, "lr": given.lr, "options": given.options}, numbers=numbers,
                profile=os.environ["SBIR_PROFILE"], commit=os.environ.get("TOY_COMMIT", "abc"),
                world=os.environ.get("TOY_WORLD", "1"))
Path(given.record).write_text(record.line() + "\\n")
note("end")
"""

SWEEP = """
import sys
from sbirlib.runs import paths
from sbirlib.runs.sweeps import programs, running
from sbirlib.runs.sweeps.__main__ import main
import signal
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
programs.FIT = "toy_fit"
running.check_fits = lambda cells: None  # the toy knows its own models
for room in ("sweeps", "notebooks", "shipped"):
    paths.SOURCES[room] = sys.argv[1] + "/" + room
sys.exit(main(sys.argv[2:]))
"""


@dataclass(frozen=True)
class Desk:
    folder: Path

    def grid(self, content: str, name: str = "toy") -> None:
        (self.folder / "sweeps" / f"{name}.csv").write_text(content)

    def diary(self) -> Counter[str]:
        """How often each cell began and ended: {"begin A-0": 1, "end A-0": 1}."""
        file = self.folder / "diary.txt"
        return Counter(file.read_text().splitlines() if file.is_file() else [])

    def finished(self) -> dict[Path, int]:
        """The records of finished cells, with the times at which they were written."""
        return {f: f.stat().st_mtime_ns for f in (self.folder / "build" / "sweeps").glob("toy/*/records.jsonl")}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A sweep as a process group of its own."""
        command = [sys.executable, "-c", SWEEP, str(self.folder), *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, text=True, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True)


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.01)


@pytest.fixture
def desk(tmp_path: Path, build: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for room in ("sweeps", "notebooks", "shipped"):
        (tmp_path / room).mkdir()
        monkeypatch.setitem(paths.SOURCES, room, str(tmp_path / room))
    (tmp_path / "toy_fit.py").write_text(TOY)
    monkeypatch.setattr(programs, "FIT", "toy_fit")
    monkeypatch.setattr(running, "check_fits", lambda cells: None)  # the toy knows its own models
    checkout = str(Path(paths.__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{checkout}")
    monkeypatch.setenv("TOY_DIARY", str(tmp_path / "diary.txt"))
    return Desk(tmp_path)


@pytest.fixture
def wait() -> Callable[..., None]:
    return until

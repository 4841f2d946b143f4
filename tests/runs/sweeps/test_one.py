from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sbirlib.runs.records import read_records
from sbirlib.runs.sweeps.cells import LOG, PLAN, RECORDS

MODULE = """
import os, sys
from pathlib import Path
from sbirlib.runs.records import Record

*arguments, record = sys.argv[1:]
print("said", arguments)
if arguments == ["silent"]:
    sys.exit(0)
if arguments == ["broken"]:
    raise RuntimeError("broken")
numbers = {"threads": int(os.environ["OMP_NUM_THREADS"])}
made = Record("a", numbers=numbers, profile=os.environ["SBIR_PROFILE"])
Path(record.removeprefix("--record=")).write_text(made.line())
"""


def run(folder: Path, argument: str) -> subprocess.CompletedProcess[str]:
    (folder / "a_module.py").write_text(MODULE)
    plan = {"cell": "a cell", "profile": "smoke", "module": "a_module", "arguments": [argument]}
    (folder / PLAN).write_text(json.dumps(plan))
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); from sbirlib.runs.sweeps.one import main; "
    code += f"from pathlib import Path; main(Path({str(folder)!r}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_a_cell_leaves_records_and_a_log_and_runs_once(tmp_path: Path) -> None:
    (tmp_path / "unfinished-1.jsonl").write_text("half a li")  # of an attempt that was killed
    assert run(tmp_path, "fine").returncode == 0
    (record,) = read_records(tmp_path / RECORDS)
    assert record.profile == "smoke"
    assert "said ['fine']" in (tmp_path / LOG).read_text()
    assert not list(tmp_path.glob("unfinished-*"))
    before = (tmp_path / RECORDS).stat().st_mtime_ns
    assert run(tmp_path, "broken").returncode == 0  # finished: what it would run now is not run
    assert (tmp_path / RECORDS).stat().st_mtime_ns == before


@pytest.mark.parametrize(("argument", "said"), [("broken", "RuntimeError: broken"), ("silent", "without a run record")])
def test_a_cell_that_fails_is_not_finished_and_its_log_says_why(tmp_path: Path, argument: str, said: str) -> None:
    assert run(tmp_path, argument).returncode != 0
    assert not (tmp_path / RECORDS).exists()
    assert said in (tmp_path / LOG).read_text()

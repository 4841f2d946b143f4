from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sbirlib import runs


def reads_of(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    monkeypatch.setenv("SBIR_READS", str(tmp_path / "reads"))
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    return set((tmp_path / "reads").read_text().split())


def test_data_and_code_are_noted_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = reads_of(
        "import sbirlib as sb, pathlib\n"
        "open(sb.runs.path('book', 'timeline.csv')).close()\n"
        "pathlib.Path(sb.runs.path('root', 'README.md')).read_bytes()\n"
        "open('outside.txt', 'w').close(); open('outside.txt').close()\n"
        "sb.runs.write_atomic(sb.runs.path('artifacts', 'made'), 'x').read_text()\n",
        tmp_path,
        monkeypatch,
    )
    assert {"book/timeline.csv", "README.md", "sbirlib/__init__.py", "sbirlib/runs/paths.py"} <= found
    assert all(name in ("book/timeline.csv", "README.md") or name.startswith("sbirlib/") for name in found)
    assert not {name for name in found if "plots" in name or "published" in name}  # these rooms were not entered


def test_writing_is_not_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = runs.path("root", "scratch-of-a-test.txt")
    try:
        found = reads_of(
            "import sbirlib as sb, os\n"
            "with open(sb.runs.path('root', 'scratch-of-a-test.txt'), 'w') as f: f.write('x')\n"
            "os.close(os.open(sb.runs.path('root', 'scratch-of-a-test.txt'), os.O_RDWR))\n",
            tmp_path,
            monkeypatch,
        )
        assert "scratch-of-a-test.txt" not in found
    finally:
        scratch.unlink(missing_ok=True)


def test_a_library_that_opens_files_by_itself_is_noted_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = reads_of(
        "import sbirlib as sb\n"
        "assert sb.runs.reads(str(sb.runs.path('root', 'LICENSE'))).endswith('LICENSE')\n"
        "sb.runs.reads('gone.txt')\n",
        tmp_path,
        monkeypatch,
    )
    assert "LICENSE" in found


def test_a_file_that_was_not_there_is_no_dependency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sbirlib as sb\ntry: open(sb.runs.path('book', 'absent.csv'))\nexcept FileNotFoundError: pass\n"
    assert "book/absent.csv" not in reads_of(code, tmp_path, monkeypatch)

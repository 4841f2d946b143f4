"""`python -m sbirlib.data check ROOT`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from sbirlib.data.__main__ import main


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for modality in ("sketch", "photo"):
        for number, name in enumerate(("ant", "bee")):
            (tmp_path / "data" / modality / name).mkdir(parents=True)
            Image.new("RGB", (5, 5), (number, 9, len(modality))).save(tmp_path / "data" / modality / name / "1.png")
    return tmp_path / "data"


def test_a_good_folder_ends_with_0(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(root), "--deep"]) == 0
    shown = capsys.readouterr()
    assert f"{root} is laid out as a folder of your own (folder)" in shown.out
    assert "scanning data: " in shown.err
    assert "decoding: 4 pictures" in shown.err


def test_something_wrong_ends_with_1(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "photo" / "ant" / "2.jpg").write_text("not a picture")
    assert main(["check", str(root)]) == 1
    assert "Wrong:\n  unreadable: not a picture: 1 (photo/ant/2.jpg)" in capsys.readouterr().out
    assert main(["check", str(root / "nowhere")]) == 1
    assert "there is no folder" in capsys.readouterr().err
    assert main(["check", str(root), "--layout", "scetchy"]) == 1
    assert "a layout is one of sketchy, tuberlin" in capsys.readouterr().err


def test_it_runs_as_a_command(root: Path) -> None:
    run = subprocess.run([sys.executable, "-m", "sbirlib.data", "check", root], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Nothing is wrong." in run.stdout

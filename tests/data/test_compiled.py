from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sbirlib.data import compiled


def test_all_files_with_compiled_functions_are_known() -> None:
    """Otherwise a function kept from before would go on calling what has changed."""
    found = {
        file.relative_to(compiled.HERE).as_posix()
        for file in compiled.HERE.rglob("*.py")
        if "import njit" in file.read_text()
    }
    assert found == set(compiled.FILES) - {"compiled.py"}


def test_what_is_kept_hangs_on_the_source_of_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiled.kept_in()
    for name in compiled.FILES:
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((compiled.HERE / name).read_bytes())
    monkeypatch.setattr(compiled, "HERE", tmp_path)
    assert compiled.kept_in().name == before.name
    (tmp_path / compiled.FILES[-1]).write_text("# changed")
    assert compiled.kept_in().name != before.name


def test_a_second_process_finds_it_compiled() -> None:
    code = (
        "import numpy as np; from sbirlib.data import raster;"
        "raster.blur(np.ones((4, 4)), 1);"
        "print(sum(raster.blur.stats.cache_hits.values()), raster.blur.stats.cache_path)"
    )
    from sbirlib.data import raster

    raster.blur(np.ones((4, 4)), 1)
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    hits, place = run.stdout.split(maxsplit=1)
    assert int(hits) >= 1
    assert compiled.kept_in().name in place

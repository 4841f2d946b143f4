from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import sbirlib as sb

HEAVY = ("torch", "torchvision", "open_clip", "matplotlib", "seaborn", "pandas", "sklearn", "umap", "IPython", "numpy")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, sbirlib, sbirlib.runs, sbirlib.data, sbirlib.published, sbirlib.plots; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()).isdisjoint(HEAVY)


def test_importing_the_package_takes_well_under_a_second() -> None:
    code = "import time; t = time.perf_counter(); import sbirlib; print(time.perf_counter() - t)"
    seconds = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(seconds) < 0.5


def test_every_room_can_be_entered() -> None:
    for room in sb.ROOMS:
        assert getattr(sb, room).__name__ == f"sbirlib.{room}"
    assert set(sb.ROOMS) <= set(dir(sb))


def test_the_front_door_opens_the_rooms() -> None:
    for name, room in sb.FRONT.items():
        assert getattr(sb, name) is getattr(importlib.import_module(f"sbirlib.{room}"), name)
    assert set(sb.FRONT) <= set(dir(sb))


def test_a_wrong_name_lists_the_rooms() -> None:
    with pytest.raises(AttributeError, match=r"no 'plot'; it has load.* and the rooms .*plots"):
        sb.plot  # noqa: B018

"""Which device a run uses, and what the machine is, in words."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

DEVICES = ("cuda", "mps", "cpu")


def device(name: str | None = None) -> torch.device:
    """The device called `name` ("cuda:1" too), or `SBIR_DEVICE`, or the best there is: cuda, mps, cpu."""
    import torch

    name = name or os.environ.get("SBIR_DEVICE") or "auto"
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind in DEVICES if there[kind]))
    kind = name.split(":")[0]
    if kind not in DEVICES:
        raise ValueError(f"a device is one of auto, {', '.join(DEVICES)} (cuda:1, ...); got {name!r}")
    if not there[kind]:
        raise ValueError(f"{name} was asked for, but torch finds no {kind} here; auto takes what there is")
    return torch.device(name)


@cache
def hardware() -> dict[str, Any]:
    """The machine's processor, cores, threads a run may use, memory and accelerator."""
    found: dict[str, Any] = {
        "cpu": processor(),
        "cores": os.cpu_count() or 1,
        "threads": int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1),
        "memory_gib": memory_gib(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    import sys

    torch = sys.modules.get("torch")  # a run that never loaded torch used no accelerator
    if torch is not None and torch.cuda.is_available():
        found["accelerator"] = torch.cuda.get_device_name(0)
    elif torch is not None and torch.backends.mps.is_available():
        found["accelerator"] = "Apple GPU (mps)"
    return found


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None

"""Accelerate's view of the machine, and what a run leaves of it as it found it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DistributedDataParallelKwargs, GradientAccumulationPlugin

from sbirlib.runs.machine import device as best_device
from sbirlib.runs.optional import require

TRACKERS = ("tensorboard",)


def accelerator(precision: str, trackers: Sequence[str], folder: Path | None) -> Accelerator:
    """One process, or as many as launched this."""
    if unknown := sorted(set(trackers) - set(TRACKERS)):
        raise ValueError(
            f"a tracker is one of {', '.join(TRACKERS)} (the log is kept anyway); got {', '.join(unknown)}"
        )
    if trackers and folder is None:
        raise ValueError("trackers write to the run's folder: give fit a folder")
    for tracker in trackers:
        require(tracker, extra="lab")
    device = best_device()
    if precision == "fp16" and device.type == "cpu":
        raise ValueError("fp16 is for GPUs, and accelerate would leave it out here: on a CPU take bf16, or no")
    if device.index:
        raise ValueError(f"a run takes the first GPU there is; got {device}: CUDA_VISIBLE_DEVICES hides the others")
    if PartialState._shared_state and PartialState().device.type != device.type and PartialState().num_processes == 1:
        AcceleratorState._reset_state(reset_partial_state=True)  # SBIR_DEVICE was changed between two runs
    state = AcceleratorState._shared_state
    if state and state["_mixed_precision"] != precision:
        AcceleratorState._reset_state()  # a notebook's second run may have another precision
    machine = Accelerator(
        cpu=device.type == "cpu",
        mixed_precision=precision,
        gradient_accumulation_plugin=GradientAccumulationPlugin(num_steps=1),  # the loop does it, whatever is launched
        log_with=list(trackers) or None,
        project_dir=folder,
        # a player's losses do not reach the other players' parameters
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )
    if trackers:
        machine.init_trackers("losses")
    return machine


def close_trackers(machine: Accelerator) -> None:
    """Accelerate's own end of training would part the processes, too, and a second run could not follow."""
    for tracker in machine.trackers:
        tracker.finish()


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Torch's random numbers from this seed on; afterwards, the caller's go on as if nothing had been."""
    own = [device.index or 0] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=own):
        torch.manual_seed(seed)
        yield


def reseed(number: int, device: torch.device) -> None:
    """As torch.manual_seed, which prepares for all kinds of devices each time: a tenth of a millisecond a step."""
    torch.default_generator.manual_seed(number)
    if device.type == "cuda":
        torch.cuda.manual_seed(number)
    elif device.type == "mps":
        torch.mps.manual_seed(number)


def default_workers(device: torch.device) -> int:
    """Workers pay where something else does the computing."""
    return 0 if device.type == "cpu" else min(8, max(1, (os.cpu_count() or 1) - 1))

"""Seeds: the same seed on the same machine gives the same numbers."""

from __future__ import annotations

import os
import random


def seed(value: int) -> int:
    """Seed Python, NumPy and torch (on every device) and return `value`.

    >>> import random
    >>> draws = [(seed(7), random.random())[1] for _ in range(2)]
    >>> draws[0] == draws[1]
    True
    """
    if not 0 <= value < 2**32:
        raise ValueError(f"a seed is a whole number from 0 to 2**32 - 1; got {value}")
    import numpy
    import torch

    random.seed(value)
    numpy.random.seed(value)  # noqa: NPY002 - libraries that use the global generator must repeat, too
    torch.manual_seed(value)
    os.environ["PYTHONHASHSEED"] = str(value)  # for the processes started from here
    return value


def seed_worker(worker: int) -> None:
    """Give a data loader's worker its own repeatable streams: `DataLoader(..., worker_init_fn=seed_worker)`.

    torch seeds its own generator in each worker (base seed + worker); Python's and NumPy's follow from it.
    """
    import numpy
    import torch

    value = torch.initial_seed() % 2**32
    random.seed(value)
    numpy.random.seed(value)  # noqa: NPY002

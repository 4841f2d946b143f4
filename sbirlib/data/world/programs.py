"""The families' programs by name."""

from __future__ import annotations

from collections.abc import Callable

from sbirlib.data.world import animals, tools, vessels

PROGRAMS: dict[str, Callable[..., None]] = {
    "quadruped": animals.quadruped,
    "hafted": tools.hafted,
    "scissors": tools.scissors,
    "key": tools.key,
    "vessel": vessels.vessel,
}

"""Compiling with Numba, and keeping what was compiled for the next process.

Numba keeps a compiled function beside its file and compiles it anew when that file changes, but not when a function
changes that it calls in another file. So what is kept here hangs on the source of all files that have such functions.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeVar

    F = TypeVar("F")

HERE = Path(__file__).parent
FILES = ("compiled.py", "raster.py", "pens.py", "world/painting.py", "world/sketch.py")
"""Where compiled functions stand (a test looks for others)."""


def kept_in() -> Path:
    """The folder for this state of the sources."""
    content = b"".join((HERE / file).read_bytes() for file in FILES)
    return HERE / "__pycache__" / f"compiled-{hashlib.sha256(content).hexdigest()[:16]}"


if TYPE_CHECKING:

    def njit(function: F) -> F: ...

else:
    import numba

    PLACE = str(kept_in())

    def njit(function):
        """Compile a function at its first call."""
        usual = numba.config.CACHE_DIR
        if not usual:  # who sets NUMBA_CACHE_DIR has reasons; where ours can't be written, Numba takes the user's own
            numba.config.CACHE_DIR = PLACE
        try:
            return numba.njit(cache=True, error_model="numpy", fastmath=True)(function)
        finally:
            numba.config.CACHE_DIR = usual

"""Packages that only some need: a missing one names the extra that installs it."""

from __future__ import annotations

import importlib
from types import ModuleType


def require(module: str, extra: str) -> ModuleType:
    """Import `module`, or say which extra of sbirlib brings it.

    >>> require("json", extra="book").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise  # something that the module itself needs is missing: its own message says it best
        raise ModuleNotFoundError(
            f"{module} is not installed; it comes with the extra {extra!r}: pip install 'sbirlib[{extra}]' "
            f"(in a checkout: pip install -e '.[{extra}]')",
            name=error.name,
        ) from None

"""What a test's model has noted, kept outside of it: what a network holds is part of what it is."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

LOGS: WeakKeyDictionary[Any, list[Any]] = WeakKeyDictionary()


def log_of(thing: Any) -> list[Any]:
    return LOGS.setdefault(thing, [])

"""Runs in processes of their own, for tests that end them."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any

import toy


def train(kind: str, environment: Mapping[str, str], options: Mapping[str, Any], said: Connection) -> None:
    """A run of the toy world, from beginning to end; says which step it is at, and what became of it."""
    os.environ.update(environment)
    model = toy.made(getattr(toy, kind))
    told = model.at

    def at(step: int, *others: Any) -> None:
        told(step, *others)
        said.send(step)

    model.at = at
    try:
        toy.fit(model, toy.bench(), **options)
    except OSError as error:
        said.send(f"{type(error).__name__}: {error}")
    else:
        said.send("done")


def train_on_a_small_disk(most: int, *arguments: Any) -> None:
    """No file may grow beyond `most` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    train(*arguments)

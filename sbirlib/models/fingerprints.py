"""What a network's outputs follow from, as one digest: two that differ in it must not share what one has computed."""

from __future__ import annotations

from dataclasses import is_dataclass
from importlib import metadata
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sbirlib.encoders.stamp import digest
from sbirlib.encoders.textcache import TextCache
from sbirlib.models.contract import Model
from sbirlib.runs.artifacts import source_file

PASSING = ("training", "step", "steps", "epoch", "classes", "weights")
"""Of a model, where training is and what it is taught with; of any network, its mode: no part of what it is."""
KNOWN = ("torch", "torchvision", "open_clip", "timm")
"""Whose objects are what their class makes of settings that are told anyway."""
OPAQUE = "opaque"
OURS = "sbirlib"


def fingerprint(net: nn.Module) -> str:
    """16 hex digits of all tensors, and of every setting of every part."""
    tensors = dict(net.named_parameters(remove_duplicate=False)) | dict(net.named_buffers(remove_duplicate=False))
    return digest(tensors, described(net))


def described(net: nn.Module) -> dict[str, Any]:
    """The settings of every part."""
    return {name: {"type": settled(type(part)), **settings(part)} for name, part in net.named_modules()}


def settings(part: nn.Module) -> dict[str, Any]:
    """A module's attributes as plain values; private ones, caches, and where training is are left out."""
    passing = PASSING if isinstance(part, Model) else PASSING[:1]
    public = {name: value for name, value in vars(part).items() if not name.startswith("_") and name not in passing}
    return {name: settled(value) for name, value in public.items() if not isinstance(value, TextCache)}


def settled(value: Any) -> Any:
    """A value as JSON can say it: arrays by their digest, functions and classes by name, what can't be told as OPAQUE.

    >>> settled({"pool": ("mean", 2)}), settled(len), settled(object())
    ({"'pool'": ['mean', 2]}, 'builtins.len', 'opaque')
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Tensor | np.ndarray):
        return digest({"": torch.as_tensor(value)}, {})
    if isinstance(value, list | tuple):
        return [settled(each) for each in value]
    if isinstance(value, dict):
        return {repr(name): settled(each) for name, each in value.items()}
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        return OPAQUE if "<" in value.__qualname__ else f"{value.__module__}.{value.__qualname__}"
    package = type(value).__module__.split(".")[0]
    if is_dataclass(value) or (package == OURS and hasattr(value, "__dict__")):
        return {"": settled(type(value)), **{name: settled(each) for name, each in vars(value).items()}}
    return settled(type(value)) if package in KNOWN and installed(package) else OPAQUE


def opaque(value: Any) -> bool:
    """Whether there is something in a settled value that nobody can tell."""
    if isinstance(value, dict):
        return any(map(opaque, value.values()))
    return any(map(opaque, value)) if isinstance(value, list) else value == OPAQUE


def written_in(net: nn.Module) -> tuple[list[str], dict[str, str]] | None:
    """Whose code the outputs follow from: the modules whose source can be read, and the installed packages' versions.

    None where that can't be known: a class that a notebook's cell has defined has no file, and an attribute may hold
    anything.
    """
    if opaque(described(net)):
        return None
    modules = {each.__module__ for part in net.modules() for each in type(part).__mro__} - {"builtins"}
    sources: set[str] = set()
    versions: dict[str, str] = {}
    for module in sorted(modules):
        package = module.split(".")[0]
        if package != OURS and (version := installed(package)):
            versions[package] = version
        elif module != "__main__" and source_file(module) is not None:
            sources.add(module)
        else:
            return None
    return sorted(sources), versions


def installed(package: str) -> str | None:
    """The version of an installed package, by the name it is imported by.

    >>> installed("no_such_package") is None
    True
    """
    names = {"open_clip": "open_clip_torch"}
    try:
        return metadata.version(names.get(package, package))
    except metadata.PackageNotFoundError:
        return None

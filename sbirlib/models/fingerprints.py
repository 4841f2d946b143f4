"""What a network's outputs follow from, as one digest: two that differ in it must not share what one has computed."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import is_dataclass
from functools import cache, partial
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
PLUMBING = frozenset(vars(nn.Module()))
"""What torch keeps in every module; tensors and parts are told anyway."""
HOOKS = ("_forward_hooks", "_forward_pre_hooks")
NAMED = ("open_clip.tokenizer",)
"""Whose objects follow from a config that is told anyway."""
OPAQUE = "opaque"
OURS = "sbirlib"
PARTS: ContextVar[dict[int, str]] = ContextVar("PARTS", default={})  # noqa: B039 - never changed in place
"""The names of the parts that are being told."""


def fingerprint(net: nn.Module) -> str:
    """16 hex digits of all tensors, and of every setting of every part."""
    return digest(tensors(net), described(net))


def tensors(net: nn.Module) -> dict[str, Tensor]:
    return dict(net.named_parameters(remove_duplicate=False)) | dict(net.named_buffers(remove_duplicate=False))


def described(net: nn.Module) -> dict[str, Any]:
    """The settings of every part. One that holds another outside its own parts, or the whole, says its name."""
    before = PARTS.set({id(part): name for name, part in net.named_modules()} | PARTS.get())
    try:
        return {name: {"type": settled(type(part)), **settings(part)} for name, part in net.named_modules()}
    finally:
        PARTS.reset(before)


def settings(part: nn.Module) -> dict[str, Any]:
    """A module's attributes as plain values; caches, and where training is, are left out.

    A hook may do anything, and of an installed package's modules what is private follows from what is not.
    """
    passing = PASSING if isinstance(part, Model) else PASSING[:1]
    others = {name: value for name, value in vars(part).items() if name not in PLUMBING and name not in passing}
    if foreign(type(part)):
        others = {name: value for name, value in others.items() if not name.startswith("_")}
    found = {name: settled(value) for name, value in others.items() if not isinstance(value, TextCache)}
    return found | ({"hooks": OPAQUE} if any(getattr(part, hooks) for hooks in HOOKS) else {})


def foreign(kind: type) -> bool:
    """Whether a class is an installed package's, and not this one's or the user's own."""
    package = kind.__module__.split(".")[0]
    return package != OURS and installed(package) is not None


def settled(value: Any) -> Any:
    """A value as JSON can say it: arrays by their digest, functions and classes by name, what can't be told as OPAQUE.

    >>> settled({"pool": ("mean", 2)}), settled(len), settled(object())
    ({"'pool'": ['mean', 2]}, 'builtins.len', 'opaque')
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, nn.Module):
        told = PARTS.get().get(id(value))
        return {"net": fingerprint(value), "": described(value)} if told is None else {"part": told}
    if isinstance(value, Tensor | np.ndarray) and (isinstance(value, Tensor) or value.dtype != object):
        return digest({"": torch.as_tensor(value)}, {})
    if isinstance(value, bytes | torch.dtype | torch.device):
        return repr(value)
    if isinstance(value, list | tuple):
        return [settled(each) for each in value]
    if isinstance(value, dict):
        return {repr(name): settled(each) for name, each in value.items()}
    if isinstance(value, partial):
        return {"": settled(value.func), "by": settled([value.args, value.keywords])}
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        hidden = "<" in value.__qualname__ or (isinstance(value, FunctionType) and value.__module__ == "__main__")
        return OPAQUE if hidden else f"{value.__module__}.{value.__qualname__}"
    package = type(value).__module__.split(".")[0]
    if is_dataclass(value) or (package == OURS and hasattr(value, "__dict__")):
        return {"": settled(type(value)), **{name: settled(each) for name, each in vars(value).items()}}
    return settled(type(value)) if type(value).__module__ in NAMED else OPAQUE


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
        if package != OURS and (version := installed(package)) is not None:
            versions[package] = version
        elif module != "__main__" and source_file(module) is not None:
            sources.add(module)
        else:
            return None
    return sorted(sources), versions


@cache
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

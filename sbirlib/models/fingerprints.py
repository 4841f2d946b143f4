"""What a network's outputs follow from, as one digest: two that differ in it must not share what one has computed."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from torch import nn

from sbirlib.encoders.stamp import digest
from sbirlib.runs.artifacts import source_file

PASSING = ("training", "step", "steps", "epoch")
"""Where training is: no part of what a network is."""
OURS = "sbirlib"


def fingerprint(net: nn.Module) -> str:
    """16 hex digits of all tensors, and of every plain setting (a number, a text, a list of them) of every part."""
    tensors = dict(net.named_parameters(remove_duplicate=False)) | dict(net.named_buffers(remove_duplicate=False))
    parts = {name: {"type": kind(part), **settings(part)} for name, part in net.named_modules()}
    return digest(tensors, parts)


def settings(part: nn.Module) -> dict[str, Any]:
    """A module's plain attributes, private ones and where training is left out."""
    public = ((name, value) for name, value in vars(part).items() if not name.startswith("_") and name not in PASSING)
    return {name: value for name, value in public if plain(value)}


def plain(value: Any) -> bool:
    """Whether JSON can say it.

    >>> plain({"pool": ["mean", 2]}), plain(len)
    (True, False)
    """
    if isinstance(value, list | tuple):
        return all(map(plain, value))
    if isinstance(value, dict):
        return all(isinstance(name, str) for name in value) and all(map(plain, value.values()))
    return value is None or isinstance(value, bool | int | float | str)


def kind(part: nn.Module) -> str:
    return f"{type(part).__module__}.{type(part).__qualname__}"


def written_in(net: nn.Module) -> tuple[list[str], dict[str, str]] | None:
    """Whose code the outputs follow from: the modules whose source can be read, and the installed packages' versions.

    None where a part's source can't be found, as that of a class which a notebook's cell has defined.
    """
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

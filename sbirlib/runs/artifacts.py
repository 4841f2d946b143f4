"""What one chapter makes and another uses (a trained model, features): keyed by content, made if missing.

The key is everything the artifact follows from: its name, its settings, the content of the files it is made from
and the source of the code that makes it. A changed setting or a changed line of that code is another artifact.
"""

from __future__ import annotations

import ast
import errno
import hashlib
import importlib.util
import json
import shutil
import sysconfig
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sbirlib.runs.files import locked, write_atomic
from sbirlib.runs.paths import path
from sbirlib.runs.reads import reads

LIBRARIES = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
"""Where Python's own modules lie, and installed ones."""


def artifact(
    name: str,
    make: Callable[[Path], None],
    *,
    key: Mapping[str, Any],
    code: Iterable[str] = (),
) -> Path:
    """The folder that `make(folder)` fills, made now if no run on this machine has made it yet.

    `key` holds plain values (numbers, strings, lists, dicts) and `Path`s, which count by their content; `code`
    names the modules whose source (and that of the sbirlib modules they import) the result depends on.
    Two processes that want one artifact at once make it once; one that is killed leaves no half of it.

        folder = runs.artifact("features", write_features, key={"bench": bench.id}, code=["sbirlib.embed"])
    """
    content = {"name": name, "key": canonical(key), "code": code_digest(*code)}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:20]
    folder = path("artifacts", f"{name}-{digest}")
    if (folder / "artifact.json").is_file():
        return folder
    with locked(folder):
        if (folder / "artifact.json").is_file():  # another process made it while this one waited
            return folder
        unfinished = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)  # left by a run that was killed
        unfinished.mkdir(parents=True)
        started = time.perf_counter()
        try:
            make(unfinished)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        manifest = {**content, "seconds": round(time.perf_counter() - started, 3)}
        write_atomic(unfinished / "artifact.json", json.dumps(manifest, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    return folder


def kept_artifact(
    name: str, make: Callable[[Path], None], *, key: Mapping[str, Any], code: Iterable[str] = (), what: str
) -> Path | None:
    """The same for what a run can do without: None, and a warning, where nothing can be written."""
    failed: list[OSError] = []

    def noting(folder: Path) -> None:
        try:
            make(folder)
        except OSError as error:
            failed.append(error)
            raise

    try:
        return artifact(name, noting, key=key, code=code)
    except OSError as error:
        closed = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT) and error not in failed
        if not closed and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        text = f"{what} are made anew each time: nothing can be kept in {path('artifacts')} ({error.strerror})"
        warnings.warn(f"{text}; SBIR_BUILD names another folder", stacklevel=3)
        return None


def canonical(value: Any) -> Any:
    """`value` as plain JSON, with paths replaced by the digest of what they hold."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        return {"sha256": file_digest(value)}
    if isinstance(value, Mapping):
        return {str(k): canonical(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    raise TypeError(f"an artifact's key holds numbers, strings, lists, dicts and Paths; got {type(value).__name__}")


def file_digest(file: Path) -> str:
    """The SHA-256 of a file, or of a folder's files with their names."""
    if file.is_dir():
        members = sorted(member for member in file.rglob("*") if member.is_file())
        listing = "".join(f"{member.relative_to(file)} {file_digest(member)}\n" for member in members)
        return hashlib.sha256(listing.encode()).hexdigest()
    with open(reads(file), "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_digest(*modules: str) -> str:
    """One digest of the source of `modules` and of what they import, directly or not, that no package installed.

    >>> code_digest("sbirlib.runs.seeds") == code_digest("sbirlib.runs.seeds")
    True
    >>> code_digest("sbirlib.runs.seeds") == code_digest("sbirlib.runs.files")
    False
    """
    todo, sources = list(modules), {}
    while todo:
        module = todo.pop()
        if module in sources:
            continue
        file = source_file(module)
        if file is None:
            raise ValueError(f"code names importable Python modules, such as 'sbirlib.training'; got {module!r}")
        sources[module] = file.read_bytes()
        todo += imported(module, file, file.stat().st_mtime_ns)
    listing = "".join(f"{name} {hashlib.sha256(sources[name]).hexdigest()}\n" for name in sorted(sources))
    return hashlib.sha256(listing.encode()).hexdigest()[:20]


def source_file(module: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Path(spec.origin)


@cache
def imported(module: str, file: Path, changed: int) -> tuple[str, ...]:
    """The modules that `module` imports anywhere in its source, inside functions too, installed ones left out."""
    found = set()
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from sbirlib.runs import paths` names a module, `from sbirlib.runs.paths import path` does not
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return tuple(name for name in sorted(found) if followed(name.split(".")[0]) and source_file(name) is not None)


@cache
def followed(package: str) -> bool:
    """Whether a package is somebody's own source, and not Python's or an installed one; it is not imported to know."""
    try:
        spec = importlib.util.find_spec(package) if package and package != "__main__" else None
    except (ImportError, ValueError):
        return False
    places = [spec.origin] if spec and spec.origin else list(spec.submodule_search_locations or ()) if spec else []
    outside = [place for place in places if not any(Path(place).is_relative_to(library) for library in LIBRARIES)]
    return bool(outside) and outside == places and places[0] not in ("built-in", "frozen")

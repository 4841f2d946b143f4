"""What a chapter reads: sbirlib's files and the data it opens, so that Make runs it again when one of them changes.

While the book is built, `SBIR_READS` names a file; after every cell, and at exit, it holds one path a line,
relative to the checkout. Elsewhere nothing is watched. Python's own files are seen through an audit hook;
a library that opens a file by itself (safetensors) goes through `reads(path)`.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from typing import TypeVar

from sbirlib.runs import paths
from sbirlib.runs.files import write_atomic

AnyPath = TypeVar("AnyPath", str, Path)

seen: set[str] = set()
# not sources: what runs make, the environment, and the notebook itself (Make's rule names it)
SKIPPED = ("_build", ".venv", ".git", "notebooks")


def reads(path: AnyPath) -> AnyPath:
    """Note that `path` is being read, and give it back: `load_file(reads(path))`."""
    note(os.fspath(path))
    return path


def note(path: str) -> None:
    checkout = paths.root()
    if checkout is None:
        return
    # no resolve(): a link is what was opened, and resolving would open folders from inside the hook
    absolute = os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118
    if not absolute.startswith(f"{checkout}{os.sep}"):
        return
    relative = os.path.relpath(absolute, checkout)
    parts = Path(relative).parts
    if parts[0] in SKIPPED or "__pycache__" in parts or absolute.startswith(f"{paths.build()}{os.sep}"):
        return
    seen.add(relative)


def loaded() -> set[str]:
    """The files of sbirlib that are loaded in this process."""
    modules = [module for name, module in list(sys.modules.items()) if name.split(".")[0] == "sbirlib"]
    checkout = paths.root()
    files = [Path(file) for module in modules if (file := getattr(module, "__file__", None))]
    return {str(f.relative_to(checkout)) for f in files if checkout and f.is_relative_to(checkout)}


def watch(target: str) -> None:
    """From now on, note what this process reads and keep the list in the file `target`."""

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event != "open" or not isinstance(args[0], str | bytes):
            return
        mode, flags = args[1], args[2]
        if isinstance(mode, str):
            read_only = not set(mode) & set("wax+")
        else:
            read_only = not (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))
        if read_only:
            note(os.fsdecode(args[0]))

    def write(*_: object) -> None:
        checkout = paths.root() or Path()
        files = sorted(file for file in seen | loaded() if (checkout / file).is_file())
        write_atomic(target, "".join(f"{file}\n" for file in files))

    sys.addaudithook(hook)
    atexit.register(write)
    if "IPython" in sys.modules:
        shell = sys.modules["IPython"].get_ipython()
        if shell is not None:
            shell.events.register("post_run_cell", write)

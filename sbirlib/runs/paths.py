"""All paths go through one function, so that a notebook finds its files whoever runs it, and from wherever.

papermill runs a notebook in the caller's folder, nbmake and Jupyter Book in the notebook's own.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

# Under the checkout: what is read.
SOURCES = {
    "root": ".",
    "book": "book",
    "notebooks": "notebooks",
    "shipped": "book/records",  # run records that ship with the book
    "sweeps": "book/sweeps",
}
# Under the build folder: what is made.
MADE = {
    "build": ".",
    "artifacts": "artifacts",
    "records": "records",  # run records of this machine
}


@cache
def root() -> Path | None:
    """The book's checkout: the folder above the package, or above the working folder, that has `_toc.yml`."""
    here = Path(__file__).resolve()
    for folder in (*here.parents, Path.cwd(), *Path.cwd().parents):
        if (folder / "_toc.yml").is_file() and (folder / "sbirlib").is_dir():
            return folder
    return None


def path(room: str, *parts: str) -> Path:
    """A file or folder of the book by its room: `path("book", "published.csv")`.

    Sources (root, book, notebooks, shipped, sweeps) lie in the checkout. What runs make (build, artifacts,
    records) goes to `SBIR_BUILD`, or to `_build` in the checkout, or, without a checkout, to the user's cache.
    """
    if room in MADE:
        return build() / MADE[room] / Path(*parts)
    if room not in SOURCES:
        raise ValueError(f"a room is one of {', '.join([*SOURCES, *MADE])}; got {room!r}")
    checkout = root()
    if checkout is None:
        raise FileNotFoundError(
            f"{'/'.join((SOURCES[room], *parts))} is a file of the book's repository, not of the installed package: "
            "run from a checkout (pip install -e . in it)"
        )
    return checkout / SOURCES[room] / Path(*parts)


def build() -> Path:
    """Where everything that is made goes."""
    checkout = root()
    if given := os.environ.get("SBIR_BUILD"):
        return (checkout or Path.cwd()) / given  # an absolute path stays as it is
    if checkout is not None:
        return checkout / "_build"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sbirlib"

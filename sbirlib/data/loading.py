"""`load`: one front door for all data, whatever it lies in."""

from __future__ import annotations

import importlib
from pathlib import Path

from sbirlib.data.benchmark import Benchmark

FROM_DISK = {
    "sketchy": "sbirlib.data.layouts.sketchy",
    "tuberlin": "sbirlib.data.layouts.tuberlin",
    "quickdraw": "sbirlib.data.layouts.quickdraw",
    "folder": "sbirlib.data.layouts.folder",
    "strokes": "sbirlib.data.layouts.strokes",
}
NAMES = ("world", *FROM_DISK)


def load(
    name: str = "world",
    *,
    split: str | None = None,
    gallery: str | None = None,
    root: str | Path | None = None,
    size: int = 64,
    seed: int = 0,
    validation: int | None = None,
    per_class: int | None = None,
    fit: str = "crop",
    skip: bool = False,
) -> Benchmark:
    """A benchmark by name: the drawn world, or real sketches and photos below `root`.

    `split` names the seen and unseen classes (the world's are mixed, hard, far and random-0, random-1, ...; the real
    ones' are listed in `sb.data.SPLITS`), `gallery` the photos that are searched where a collection has an extension.
    `validation` classes are carved out of the seen ones (by default a tenth of them, in the world an eighth),
    `per_class` bounds the instances of a class, `seed` deals other roles (in the world: draws other pictures), `size`
    is the side of the pixels that models take. Pictures that are not square are fitted by `crop`
    (the middle), `squash` or `pad`. `skip=True` leaves out what can't be used (and says what) where the default
    is to stop.

    >>> import sbirlib as sb
    >>> bench = sb.load("world", split="mixed", per_class=4)
    >>> bench.unseen.photos
    80 photos of 20 classes
    """
    if name == "world":
        from sbirlib.data.world.bench import load_world

        if root is not None:
            raise ValueError(f"the drawn world needs no files: root is for {', '.join(FROM_DISK)}; got {root}")
        if gallery not in (None, "full"):
            raise ValueError(f"the drawn world has one gallery, full; got {gallery!r}")
        if fit != "crop" or skip:
            raise ValueError("the drawn world's pictures are square and whole: fit and skip are for data from disk")
        return load_world(split or "mixed", size=size, seed=seed, validation=validation, per_class=per_class)
    if name not in FROM_DISK:
        raise ValueError(f"data are one of {', '.join(NAMES)}; got {name!r}")
    if root is None:
        raise ValueError(f"{name} lies on your disk: load({name!r}, root='the folder it is in')")
    from sbirlib.data.layouts.assemble import Asked

    asked = Asked(split, gallery, size, seed, validation, per_class, fit, skip)
    bench: Benchmark = importlib.import_module(FROM_DISK[name]).load(Path(root).expanduser(), asked)
    return bench

"""What was found against what should be there, in words: what `python -m sbirlib.data check ROOT` prints."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sbirlib.data.benchmark import listing
from sbirlib.data.layouts.decode import decode
from sbirlib.data.layouts.divide import own
from sbirlib.data.layouts.files import StrokePictures
from sbirlib.data.layouts.index import Index
from sbirlib.data.layouts.layout import Layout, plain
from sbirlib.data.layouts.recognise import LAYOUTS, demand, named, recognise
from sbirlib.data.layouts.scan import scan
from sbirlib.data.layouts.sides import repeated
from sbirlib.data.layouts.tables import captions, pairs
from sbirlib.runs.pages import progress

MOST = 10
"""How many of a kind are named; the rest is a number."""


@dataclass
class Report:
    """What a check found: `wrong` has to be put right (or skipped), `notes` are good to know."""

    root: Path
    layout: Layout
    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        out = [f"{self.root} is laid out as {self.layout.title} ({self.layout.name})", *self.lines]
        out += ["", "Wrong:", *(f"  {line}" for line in self.wrong)] if self.wrong else ["", "Nothing is wrong."]
        out += ["", "Good to know:", *(f"  {line}" for line in self.notes)] if self.notes else []
        if self.wrong and self.layout.obtain:
            out += ["", f"To obtain it: {self.layout.obtain}."]
        return "\n".join(out)


def check(root: Path, name: str | None = None, deep: bool = False) -> Report:
    """Look at every file of `root` again; `deep` decodes all of them too. Only the index is written anew."""
    if not root.is_dir() and not name:
        raise FileNotFoundError(f"there is no folder {root}")
    layout = named(name, root) if name else recognise(root)
    if layout is None:
        known = "".join(f"\n  {one.title}: {one.wants}" for one in (named(name, root) for name in LAYOUTS))
        raise ValueError(f"{root} is not laid out in a way that is known. Expected one of:{known}")
    demand(root, layout)
    index = scan(root, layout, anew=True)
    report = Report(root, layout)
    report.lines = list(rooms(index))
    report.wrong += [*missing(index, layout), *counts(index, layout)]
    report.wrong += problems(index, fatal=True)
    report.notes += problems(index, fatal=False)
    report.notes += [*respelt(index), *in_both(index), *copies(index)]
    report.notes += [f"in every copy: {remark}" for remark in layout.remarks]
    report.wrong += [*unpaired(index), *tables(root, layout, index)]
    if deep:
        report.wrong += undecodable(root, index)
    elif not index.paths or not index.paths[0].endswith(".ndjson"):
        report.notes.append(
            "pictures were read, and not decoded: --deep does that, and finds those that are broken inside"
        )
    return report


def rooms(index: Index) -> Iterator[str]:
    """A table of what is where."""
    yield f"  {'':<8} {'folder':<36} {'classes':>8} {'pictures':>9} {'a class':>13} {'MB':>7}  sides"
    for number, (folder, kind) in enumerate(zip(index.rooms, index.kinds, strict=True)):
        here = index.usable & (index.room == number)
        sides = np.concatenate([index.width[here], index.height[here]])
        sizes = f"{sides.min()} to {sides.max()} px" if len(sides) and sides.max() else ""
        each = np.unique(index.label[here], return_counts=True)[1]
        spread = f"{each.min():,} to {each.max():,}" if len(each) else ""
        megabytes = index.length[here].sum() / 1e6
        yield f"  {kind:<8} {folder:<36} {len(each):>8} {here.sum():>9,} {spread:>13} {megabytes:>7,.0f}  {sizes}"


def by_class(index: Index) -> dict[str, Counter[str]]:
    """How many pictures there are, by kind and class."""
    found: dict[str, Counter[str]] = {}
    for kind in dict.fromkeys(index.kinds):
        labels, numbers = np.unique(index.label[index.usable & index.of_kind(kind)], return_counts=True)
        found[kind] = Counter(dict(zip([index.classes[label] for label in labels], numbers.tolist(), strict=True)))
    return found


def missing(index: Index, layout: Layout) -> Iterator[str]:
    """Classes that should be there, and classes that are in one modality only."""
    found = by_class(index)
    for kind, numbers in found.items():
        absent = set(layout.classes) - set(numbers)
        if absent:
            yield f"{kind}: {len(absent)} of {len(layout.classes)} classes are missing: {listing(absent, MOST)}"
    if layout.classes:
        return
    sketched, shot = (set(found.get(kind, ())) for kind in ("sketch", "photo"))
    if sketched and shot:
        for modality, lone in (("sketches", sketched - shot), ("photos", shot - sketched)):
            if lone:
                yield f"{len(lone)} classes have {modality} only: {listing(lone, MOST)}"


def counts(index: Index, layout: Layout) -> Iterator[str]:
    """Numbers that are not those of a whole copy, as far as anybody has counted one."""
    found = by_class(index)
    for kind, numbers in found.items():
        wanted = {name: row[kind] for name, row in layout.expected.items() if kind in row}
        off = [f"{c} {numbers[c]:,} of {n:,}" for c, n in wanted.items() if numbers[c] != n and c in numbers]
        if off:
            yield f"{kind}: in {len(off)} classes other numbers than in a whole copy: {listing(off, MOST)}"
        total, known = sum(numbers.values()), layout.totals.get(kind)
        if known and total not in known:
            yield f"{kind}: {total:,} pictures; a whole copy has {' or '.join(f'{n:,}' for n in known)}"


def problems(index: Index, fatal: bool) -> list[str]:
    """The files and folders that something is wrong with, those of a kind in a line."""
    found: dict[str, list[str]] = {}
    for row in np.flatnonzero((index.problem != 0) & (index.fatal == fatal)):
        found.setdefault(index.problems[index.problem[row]], []).append(index.paths[row])
    return [f"{problem}: {len(paths):,} ({listing(set(paths), MOST)})" for problem, paths in sorted(found.items())]


def respelt(index: Index) -> Iterator[str]:
    """Folders that go by another name than their class has in the lists: known, and read all the same."""
    pairs_ = {
        (index.paths[row].split("/")[-2], index.classes[index.label[row]])
        for row in np.flatnonzero(index.usable)
        if not index.paths[row].endswith(".ndjson")
    }
    other = [f"{folder} is {name}" for folder, name in pairs_ if plain(folder) != plain(name)]
    if other:
        yield f"misnamed folders: {len(other)}, known and read as what they are: {listing(other, MOST)}"


def in_both(index: Index) -> Iterator[str]:
    """Photos that stand in the paired and in the extended part."""
    keys = [{index.keys[row] for row in np.flatnonzero(index.usable & index.of_kind(k))} for k in ("paired", "extend")]
    if all(keys):
        yield f"{len(keys[0] & keys[1]):,} photos stand in both the paired and the extended part, under one key"


def copies(index: Index) -> Iterator[str]:
    """Files with the same content."""
    for kind in dict.fromkeys(index.kinds):
        rows = np.flatnonzero(index.usable & index.of_kind(kind))
        same: dict[int, list[str]] = {}
        for row in rows[repeated(index.checksum[rows])]:
            same.setdefault(int(index.checksum[row]), []).append(index.keys[row])
        groups = [" = ".join(sorted(names)) for names in same.values()]
        across = sum(len({name.rpartition("/")[0] for name in names}) > 1 for names in same.values())
        if groups:
            more = f", {across} of them in more than one class" if across else ""
            yield f"{kind}: {len(groups)} pictures are there more than once{more}: {listing(groups, 3)}"


def unpaired(index: Index) -> Iterator[str]:
    """Sketches whose names tell a photo that is not there."""
    photos = {index.keys[row] for row in np.flatnonzero(index.usable & ~index.of_kind("sketch"))}
    told = {row: index.drawn_from[row] for row in np.flatnonzero(index.usable) if index.drawn_from[row]}
    lone = [index.paths[row] for row, photo in told.items() if photo not in photos]
    if lone:
        yield f"{len(lone):,} sketches without the photo they were drawn from: {listing(lone, MOST)}"


def tables(root: Path, layout: Layout, index: Index) -> Iterator[str]:
    """What is wrong with the tables beside a folder's pictures."""
    if layout.classes:
        return
    for read in (
        lambda: own(index.present, None, None, root / "splits.csv"),
        lambda: pairs(root / "pairs.csv", index),
        lambda: captions(root / "captions.csv", index),
    ):
        try:
            read()
        except ValueError as error:
            yield str(error)


def undecodable(root: Path, index: Index) -> list[str]:
    """Pictures that begin well and can't be decoded."""
    lines = StrokePictures(root, index.paths, index.checksum, index.start, index.length)

    def tried(row: int) -> str:
        try:
            if index.paths[row].endswith(".ndjson"):
                lines.strokes(row)
            else:
                decode(root / index.paths[row], 64)
        except (OSError, ValueError) as error:
            return str(error).removeprefix(f"{root}/")
        return ""

    rows = np.flatnonzero(index.usable).tolist()
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        watched = progress(pool.map(tried, rows), "decoding", unit="pictures", total=len(rows))
        return [problem for problem in watched if problem]

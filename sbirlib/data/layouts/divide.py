"""Which classes are seen, unseen, and for validation: the field's lists, a file of yours, or a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sbirlib.data.benchmark import listing
from sbirlib.data.layouts.layout import Layout, plain
from sbirlib.data.layouts.tables import lines
from sbirlib.data.roles import shuffling
from sbirlib.data.splits import SPLITS
from sbirlib.data.splits import split as published

GROUPS = ("seen", "validation", "unseen")


@dataclass(frozen=True)
class Division:
    """Classes by the part they play; the validation classes are among the seen ones."""

    name: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]
    validation: tuple[str, ...] = ()

    def only(self, names: Iterable[str]) -> Division:
        """Without the classes that are not among `names`."""
        kept = set(names)
        parts = [tuple(name for name in part if name in kept) for part in (self.seen, self.unseen, self.validation)]
        return Division(self.name, *parts)


def drawn(seen: Sequence[str], count: int | None) -> tuple[str, ...]:
    """`count` validation classes out of the seen ones, by default a tenth: a draw that hangs on the names alone.

    >>> drawn(["ant", "bee", "cow"], None)
    ('ant',)
    """
    if count is None:
        count = max(1, round(len(seen) / 10)) if len(seen) > 1 else 0
    if not 0 <= count <= max(len(seen) - 1, 0):
        raise ValueError(f"validation is a number of the {len(seen)} seen classes that leaves one; got {count}")
    return tuple(sorted(shuffled(seen, "validation")[:count]))


def shuffled(names: Iterable[str], salt: object) -> list[str]:
    return sorted(names, key=lambda name: shuffling(f"{salt} {name}"))


def listed(layout: Layout, split: str | None, validation: int | None) -> Division:
    """A split of the field, by its whole name or without the collection's: "sketchy/split2", "split2"."""
    name = split or layout.default_split
    whole = name if "/" in name else f"{layout.name}/{name}"
    if whole in SPLITS and not whole.startswith(f"{layout.name}/"):
        own = ", ".join(known for known in SPLITS if known.startswith(f"{layout.name}/"))
        raise ValueError(f"{whole} is a split of another collection; those of {layout.title} are {own}")
    found = published(whole)
    return Division(whole, found.seen, found.unseen, drawn(found.seen, validation))


def own(classes: Sequence[str], split: str | None, validation: int | None, file: Path) -> Division:
    """The split of any folder: `splits.csv` where it has one, else thirds; or "thirds", "random-0", "random-1", ...,
    or "all", of which no class is unseen.

    Thirds makes every third name, in alphabetical order, an unseen class; random-<seed> draws as many.

    >>> own(["ant", "bee", "cow", "dog"], None, 0, Path("nowhere")).unseen
    ('cow',)
    """
    name = (split or ("splits.csv" if file.is_file() else "thirds")).removeprefix("folder/")
    ordered = sorted(classes)
    if name == "splits.csv":
        return given(file, ordered, validation)
    if name == "all":  # extra data to learn from: nothing of it is tested on as unseen
        return Division("folder/all", tuple(ordered), (), drawn(ordered, validation or 0))
    if name == "thirds":
        unseen = ordered[2::3]
    elif name.removeprefix("random-").isdigit() and name.startswith("random-"):
        unseen = sorted(shuffled(ordered, name)[: len(ordered) // 3])
    else:
        raise ValueError(f"a folder's split is splits.csv, thirds, random-<seed> or all; got {split!r}")
    seen = tuple(one for one in ordered if one not in unseen)
    return Division(f"folder/{name}", seen, tuple(unseen), drawn(seen, validation))


def given(file: Path, classes: Sequence[str], validation: int | None) -> Division:
    """The split that `splits.csv` gives: a line a class, with seen, validation or unseen."""
    if not file.is_file():
        raise FileNotFoundError(f"{file} gives the split splits.csv; there is no such file")
    group: dict[str, str] = {}
    spelt = {plain(name): name for name in classes}
    for where, line in lines(file, ("class", "group")):
        name, part = spelt.get(plain(line["class"]), line["class"].strip()), line["group"].strip().lower()
        if part not in GROUPS:
            raise ValueError(f"{where}: a group is one of {', '.join(GROUPS)}; got {line['group']!r}")
        if group.setdefault(name, part) != part:
            raise ValueError(f"{where}: {name} is {part} here and {group[name]} above; a class is in one group")
    if unlisted := set(classes) - set(group):
        raise ValueError(f"{file.name} gives every class a group; not in it: {listing(unlisted)}")
    seen = tuple(sorted(name for name, part in group.items() if part != "unseen"))
    unseen = tuple(sorted(name for name, part in group.items() if part == "unseen"))
    marked = tuple(sorted(name for name, part in group.items() if part == "validation"))
    return Division(
        "folder/splits.csv", seen, unseen, marked if marked and validation is None else drawn(seen, validation)
    )

"""The field's class splits by name, as text with a source and a digest: "Sketchy split 1" alone names two of them.

A list is kept in the order of its source; in the SAKE and ZSE-SBIR lists the position is the class's number there.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from sbirlib.runs.reads import reads

LISTS = Path(__file__).parent / "lists"


@dataclass(frozen=True)
class Split:
    """Which classes are seen in training and which are not."""

    name: str
    seen: tuple[str, ...]
    unseen: tuple[str, ...]
    released_validation: tuple[str, ...]
    """Classes the released code validates on. Where there are any, they are unseen ones: do not select on them."""
    key: str
    """The paper, in the book's bibliography."""
    source: str
    sha256: str

    @property
    def dataset(self) -> str:
        return self.name.split("/")[0]


def split(name: str) -> Split:
    """The split called `name`, checked against its digest.

    >>> split("sketchy/split2").unseen[:3]
    ('bat', 'cabin', 'cow')
    """
    if name not in SPLITS:
        hint = "; split 1 is two different class lists: name SAKE's or SEM-PCYC's" if "split1" in name else ""
        raise ValueError(f"a split is one of {', '.join(SPLITS)}; got {name!r}{hint}")
    row = SPLITS[name]
    text = reads(LISTS / row["file"]).read_text()
    if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
        raise ValueError(f"{row['file']} is not the list that {name} was recorded with (its SHA-256 differs)")
    groups: dict[str, list[str]] = {"seen": [], "unseen": [], "validation": []}
    for line in text.splitlines():
        group, class_name = line.split("\t")
        groups[group].append(class_name)
    return Split(
        name=name,
        seen=tuple(groups["seen"]),
        unseen=tuple(groups["unseen"]),
        released_validation=tuple(groups["validation"]),
        key=row["key"],
        source=row["source"],
        sha256=row["sha256"],
    )


def sketchy_classes() -> dict[str, dict[str, float]]:
    """Sketchy's classes with their counts of sketches, paired and extended photos, and the share of the paired
    photos whose exact ImageNet category is among ILSVRC's 1,000.

    >>> sum(row["sketches"] for row in sketchy_classes().values())
    75481.0
    """
    columns = ("sketches", "paired_photos", "extend_photos", "in_ilsvrc")
    return {row["class"]: {c: float(row[c]) for c in columns} for row in table("sketchy-classes.tsv")}


def table(name: str) -> list[dict[str, str]]:
    with open(reads(LISTS / name), newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


SPLITS = {row["name"]: row for row in table("index.tsv")}

"""Numbers printed in papers, each with the split, gallery and metric it was measured with, as far as these are known.

Two numbers may stand side by side only if all of these are known and the same. What is unknown stays unknown here:
nothing is guessed from a value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sbirlib.runs.paths import path
from sbirlib.runs.reads import reads

TASKS = ("zero-shot", "generalized", "fine-grained", "seen", "data-free")
CONFIDENCE = {
    "confirmed": "read in the authors' own code, poster or page, or in a table of a repository that ran it",
    "secondary": "read off a table in another work",
    "read-off": "read off the bars of a figure, within .01",
    "recalled": "from memory of the paper, not checked",
    "reported": "the internship report",
    "unverified": "the source itself could not be checked",
}


@dataclass(frozen=True)
class Published:
    """One printed number."""

    key: str
    method: str
    year: int | None
    backbone: str
    task: str
    dataset: str
    split: str
    gallery: str
    condition: str
    """What tells several rows of one method apart: bits, overlap, who ran it again."""
    printed: str
    """The metric's name as printed."""
    metric: str
    """The formula (`apk/hits@200`), or what is known of it (`apk/unknown@200`)."""
    value: float
    source: str
    confidence: str
    note: str

    @property
    def protocol(self) -> tuple[str, str, str, str] | None:
        """Task, split, gallery and metric; None as long as one of them is unknown."""
        ids = (self.task, self.split, self.gallery, self.metric)
        return None if any("unknown" in part for part in ids) else ids


def load(file: Path | None = None) -> list[Published]:
    """The book's published numbers, or those of a file with the same columns; a bad row is named by its line."""
    file = file or path("book", "published.csv")
    columns = [field.name for field in fields(Published)]
    found = []
    with open(reads(file), newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != columns:
            raise ValueError(
                f"{file.name} has the columns {', '.join(columns)}; got {', '.join(reader.fieldnames or [])}"
            )
        for row in reader:
            try:
                found.append(parse(row))
            except ValueError as error:
                raise ValueError(f"{file.name}, line {reader.line_num}: {error}") from None
    return found


def parse(row: dict[str, Any]) -> Published:
    if row["task"] not in TASKS:
        raise ValueError(f"a task is one of {', '.join(TASKS)}; got {row['task']!r}")
    if row["confidence"] not in CONFIDENCE:
        raise ValueError(f"confidence is one of {', '.join(CONFIDENCE)}; got {row['confidence']!r}")
    if empty := [c for c in ("key", "method", "dataset", "split", "gallery", "metric", "source") if not row[c]]:
        raise ValueError(f"{', '.join(empty)} must not be empty; write unknown for what is not known")
    value = float(row["value"])
    if not 0 < value <= 1:
        raise ValueError(f"a value is a fraction in (0, 1]; got {row['value']}")
    return Published(**{**row, "year": int(row["year"]) if row["year"] else None, "value": value})


def select(numbers: Iterable[Published], **equal: Any) -> list[Published]:
    """The numbers whose fields equal what is given: `select(numbers, task="zero-shot", split="sketchy/split2")`."""
    known = [field.name for field in fields(Published)]
    if wrong := sorted(set(equal) - set(known)):
        raise ValueError(f"a published number has {', '.join(known)}; got {', '.join(wrong)}")
    return [n for n in numbers if all(getattr(n, name) == value for name, value in equal.items())]


def comparable(numbers: Iterable[Published]) -> dict[tuple[str, str, str, str], list[Published]]:
    """The numbers that may stand side by side: grouped by a fully known protocol, only groups of several methods."""
    groups: dict[tuple[str, str, str, str], list[Published]] = {}
    for number in numbers:
        if number.protocol is not None:
            groups.setdefault(number.protocol, []).append(number)
    return {protocol: group for protocol, group in groups.items() if len({n.method for n in group}) > 1}


@dataclass(frozen=True)
class Pair:
    """An mAP@k and a P@k that one source prints for one run."""

    map_at_k: Published
    p_at_k: Published

    @property
    def excess(self) -> float:
        """mAP@k minus P@k."""
        return self.map_at_k.value - self.p_at_k.value

    def strict_possible(self, slack: float) -> bool:
        """Whether mAP@k can have been divided by min(k, R).

        Divided so, a query's AP@k is at most hits / min(k, R), since no precision exceeds 1; and that is P@k
        wherever R >= k. `slack` is by how much P@k may fall short of it on average: rounding, and classes with R < k.
        """
        return self.excess <= slack


def pairs(numbers: Iterable[Published], map_at_k: str = "mAP@200", p_at_k: str = "P@200") -> list[Pair]:
    """The runs for which one source prints both metrics, by excess."""
    precision: dict[tuple[str, ...], Published] = {}
    both: dict[tuple[str, ...], Pair] = {}

    def runs(n: Published) -> list[tuple[str, ...]]:
        return [(n.method, n.task, n.split, n.condition, source) for source in n.source.split("; ")]

    numbers = list(numbers)
    for number in numbers:
        if number.printed == p_at_k:
            precision |= dict.fromkeys(runs(number), number)
    for number in numbers:
        # a row known to be another metric under this name (mAP@all printed as mAP@200) proves nothing
        if number.printed == map_at_k and number.metric.startswith("apk/"):
            for run in runs(number):
                if run in precision:
                    both.setdefault((*run[:-1], str(number.value)), Pair(number, precision[run]))
    return sorted(both.values(), key=lambda pair: pair.excess)

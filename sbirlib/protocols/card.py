"""A ScoreCard: numbers that carry the protocol they were measured under wherever they go."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from sbirlib.protocols.protocol import Protocol

if TYPE_CHECKING:
    import pandas

    from sbirlib.runs import Record


@dataclass(frozen=True)
class ScoreCard:
    """What a model scored, on what, and beside what it has to be read.

    `numbers` are the means, `queries` the values behind them (NaN for a query that was skipped) and `labels` the
    queries' classes; `floor` is chance, `ceiling` what the caller measured as one (the same encoder's photo-to-photo
    retrieval); `gap` the modality-gap measures, where they were asked for.
    """

    protocol: Protocol
    numbers: Mapping[str, float]
    model: str = ""
    """The model's name, with a digest of its weights where there is one."""
    floor: Mapping[str, float] = field(default_factory=dict)
    ceiling: Mapping[str, float] = field(default_factory=dict)
    gap: Mapping[str, float] = field(default_factory=dict)
    queries: Mapping[str, Tensor] = field(default_factory=dict)
    labels: Tensor | None = None
    keys: Sequence[str] = ()
    """Which sketch each query was."""
    classes: Sequence[str] = ()
    asked: str = ""
    """A digest of which sketches asked, in their order, and of which photos were searched."""
    searched: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    record: Record | None = field(default=None, repr=False)
    """The run record that the card went into, where `sb.evaluate` made it."""

    def __getitem__(self, metric: str) -> float:
        if metric not in self.numbers:
            raise KeyError(f"this card has {', '.join(self.numbers)} ({self.protocol.id}); got {metric!r}")
        return self.numbers[metric]

    def per_class(self, metric: str) -> dict[str, float]:
        """The mean over each class's queries, classes by name where the card knows the names."""
        self[metric]
        if self.labels is None or metric not in self.queries:
            raise ValueError("this card was made without the values of single queries")
        values = self.queries[metric]
        found = {}
        for label in torch.unique(self.labels).tolist():
            own = values[self.labels == label]
            own = own[~own.isnan()]
            if len(own):
                found[self.classes[label] if self.classes else str(label)] = float(own.mean())
        return found

    def per_query(self) -> pandas.DataFrame:
        """A row a query: which sketch it was, its class, and its value of each metric (NaN where it was skipped)."""
        import pandas

        if self.labels is None or not self.queries:
            raise ValueError("this card was made without the values of single queries")
        names = [self.classes[label] if self.classes else str(label) for label in self.labels.tolist()]
        values = {metric: found.tolist() for metric, found in self.queries.items()}
        return pandas.DataFrame({"sketch": list(self.keys) or range(len(names)), "class": names, **values})

    def rows(self) -> list[dict[str, Any]]:
        """One row a metric: its printed name, its id, the value, floor and ceiling, and the protocol's names."""
        ids = self.protocol.scoring.metrics
        return [
            {
                "model": self.model,
                "metric": name,
                "id": ids.get(name, name),
                "value": value,
                "floor": self.floor.get(name),
                "ceiling": self.ceiling.get(name),
                "task": self.protocol.task,
                "split": self.protocol.split,
                "gallery": self.protocol.gallery,
                "scoring": self.protocol.metric,
            }
            for name, value in self.numbers.items()
        ]

    def frame(self) -> pandas.DataFrame:
        """The rows as a pandas data frame."""
        import pandas

        return pandas.DataFrame(self.rows())

    def into(self, record: Record, prefix: str = "", per_class: bool = False) -> None:
        """Write the card into a run record: its numbers, floors and gap, its protocol and, if asked for, each class's
        score by the first metric."""
        record.protocols = sorted({*record.protocols, self.protocol.id})
        card = {"protocol": self.protocol.id, "model": self.model, "numbers": dict(self.numbers)}
        card |= {name: dict(part) for name in ("floor", "ceiling", "gap", "counts") if (part := getattr(self, name))}
        if per_class:
            first = next(iter(self.numbers))  # all metrics of a sweep's cards would fill a megabyte
            card["per_class"] = {first: {name: round(value, 5) for name, value in self.per_class(first).items()}}
        record.numbers[prefix or self.model or "card"] = card

    def __repr__(self) -> str:
        ids = self.protocol.scoring.metrics
        lines = [f"{self.model or 'ScoreCard'} ({self.protocol.id})"]
        for name, value in self.numbers.items():
            line = f"  {name:<8} {value:.4f}   {ids.get(name, name)}"
            for what in ("floor", "ceiling"):
                if name in getattr(self, what):
                    line += f"   {what} {getattr(self, what)[name]:.4f}"
            lines.append(line)
        if self.counts:
            lines.append("  " + ", ".join(f"{count:,} {what}" for what, count in self.counts.items()))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        columns = ("metric", "id", "value", "floor", "ceiling")
        head = "".join(f"<th>{column}</th>" for column in columns)
        body = "".join(f"<tr>{''.join(td(row[column]) for column in columns)}</tr>" for row in self.rows())
        caption = html.escape(f"{self.model + ': ' if self.model else ''}{self.protocol.id}")
        head = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        return f'<table class="numbers">{head}<tbody>{body}</tbody></table>'


def td(value: Any) -> str:
    if isinstance(value, float):
        return f'<td class="value">{value:.3f}</td>'
    return f"<td>{html.escape('–' if value is None else str(value))}</td>"

"""From single queries to the numbers of a table: the values, the queries without a relevant item, the mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from sbirlib.metrics.hits import Hits
from sbirlib.metrics.ids import Metric, measure
from sbirlib.metrics.presets import preset_called
from sbirlib.metrics.ties import Ties

NO_RELEVANT = ("skip", "zero", "raise")
AVERAGES = ("micro", "macro")


@dataclass(frozen=True)
class Scoring:
    """All that decides the numbers of an evaluation: a preset, with what the caller chose in its place."""

    metrics: Mapping[str, Metric]
    distance: str
    ties: Ties
    no_relevant: str
    average: str

    @staticmethod
    def of(
        preset: str,
        metrics: list[str] | tuple[str, ...] | None,
        ties: str | None,
        no_relevant: str | None,
        average: str | None,
        distance: str | None = None,
    ) -> Scoring:
        if isinstance(metrics, str):
            raise ValueError(f"metrics is a list of ids, as in [{metrics!r}]; got the string {metrics!r}")
        if metrics is not None and not metrics:
            raise ValueError("metrics is a list of ids; got none")
        base = preset_called(preset)
        named = base.metrics if metrics is None else {name: name for name in metrics}
        return Scoring(
            {printed: Metric.parse(name) for printed, name in named.items()},
            base.distance if distance is None else distance,
            Ties.parse(base.ties if ties is None else ties),
            one_of("no_relevant", base.no_relevant if no_relevant is None else no_relevant, NO_RELEVANT),
            one_of("average", base.average if average is None else average, AVERAGES),
        )


class Tally:
    """The values of all queries as they come in, NaN for those without a relevant item, and their means."""

    def __init__(self, scoring: Scoring, relevant: Tensor, labels: Tensor | None) -> None:
        """`relevant` (Q,) counts each query's relevant items, `labels` (Q,) are the queries' classes."""
        self.scoring, self.labels = scoring, labels
        self.missing = relevant == 0
        if scoring.no_relevant == "raise" and bool(self.missing.any()):
            first = int(self.missing.nonzero()[0, 0])
            which = f"query {first}" if labels is None else f"query {first} (label {int(labels[first])})"
            raise ValueError(f"{which} has no relevant item in the gallery; no_relevant='skip' or 'zero' lets it pass")
        if scoring.average == "macro" and labels is None:
            raise ValueError("average='macro' is a mean over the queries' classes: expected query_labels; got None")
        if scoring.no_relevant != "zero" and bool(self.missing.all()):
            raise ValueError(f"none of the {len(relevant)} queries has a relevant item in the gallery")
        blank = 0.0 if scoring.no_relevant == "zero" else torch.nan
        device = "cpu" if relevant.device.type == "mps" else relevant.device  # which has no float64
        self.values = {
            name: torch.full(relevant.shape, blank, dtype=torch.float64, device=device) for name in scoring.metrics
        }

    def add(self, rows: Tensor, hits: Hits) -> None:
        for name, metric in self.scoring.metrics.items():
            self.values[name][rows] = measure(hits, metric)

    def means(self) -> dict[str, float]:
        return {name: mean(values, self.labels, self.scoring.average) for name, values in self.values.items()}


def mean(values: Tensor, labels: Tensor | None, average: str) -> float:
    """Over queries (micro), or over the queries' classes (macro), leaving out those that were skipped (NaN)."""
    if average == "micro" or labels is None:
        return float(values.nanmean())
    there = ~values.isnan()
    _, classes = torch.unique(labels.to(values.device)[there], return_inverse=True)
    sizes = classes.bincount()
    return float((values.new_zeros(len(sizes)).index_add_(0, classes, values[there]) / sizes).mean())


def one_of(what: str, value: str, names: tuple[str, ...]) -> str:
    if value not in names:
        raise ValueError(f"{what} is one of {', '.join(names)}; got {value!r}")
    return value

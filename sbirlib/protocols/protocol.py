"""A protocol is a task, a split, a gallery and a metric, each by name. A name stands for one thing only."""

from __future__ import annotations

from dataclasses import dataclass

from sbirlib.data.galleries import GALLERIES
from sbirlib.data.splits import SPLITS
from sbirlib.metrics.presets import PRESETS, Preset

TASKS = {
    "zero-shot": "sketches of unseen classes, photos of unseen classes",
    "seen": "sketches and photos of seen classes (instances that were not trained on)",
    "gzs/sempcyc20": "unseen sketches and photos, and a fifth as many trained-on seen ones of each, drawn with seed 0",
    "gzs/full-gallery": "unseen sketches, every photo of the collection, those that were trained on too",
    "gzs/seen+unseen": "unseen sketches, photos of seen and unseen classes that were not trained on",
    "fg/within-category": "the very photo, among the paired photos of the sketch's own class",
    "fg/all-unseen": "the very photo, among the paired photos of all unseen classes",
    "fg/sangkloy-1250": "the very photo, among the 1,250 of the official test list (which has to be given)",
}

OWN = ("world", "toy", "folder")  # data sets whose splits have names of their own making

METRICS: dict[str, Preset] = PRESETS | {
    "fine-grained": Preset(
        {"Acc@1": "acc@1", "Acc@5": "acc@5", "Acc@10": "acc@10", "MRR": "mrr"},
        ties="pessimistic",
        note="One right photo a query; a tie is a miss until the tied ones are all counted.",
    )
}


@dataclass(frozen=True)
class Protocol:
    """Task, split, gallery and metric.

    >>> Protocol("zero-shot", "sketchy/split2", "extend").id
    'zero-shot | sketchy/split2 | extend | sbirlib'
    """

    task: str
    split: str
    gallery: str = "full"
    metric: str = "sbirlib"
    """A way of scoring by name: one of the presets, or fine-grained."""

    def __post_init__(self) -> None:
        for what, name, known in (
            ("task", self.task, TASKS),
            ("gallery", self.gallery, GALLERIES),
            ("metric", self.metric, METRICS),
        ):
            if name not in known:
                raise ValueError(f"a protocol's {what} is one of {', '.join(known)}; got {name!r}")
        dataset = self.split.split("/")[0]
        listed = [name for name in SPLITS if name.startswith(f"{dataset}/")]
        if "/" not in self.split or (self.split not in SPLITS if listed else dataset not in OWN):
            known_splits = listed or [*SPLITS, *(f"{own}/..." for own in OWN)]
            raise ValueError(f"a protocol's split is one of {', '.join(known_splits)}; got {self.split!r}")
        if self.fine_grained and self.gallery not in ("paired", "full"):
            raise ValueError(f"{self.task} searches the paired photos: gallery paired or full; got {self.gallery!r}")
        if self.fine_grained != (self.metric == "fine-grained"):
            wanted = "fine-grained" if self.fine_grained else "one for classes, such as sbirlib"
            raise ValueError(f"{self.task} is scored by {wanted}; got metric {self.metric!r}")

    @property
    def fine_grained(self) -> bool:
        """Whether only the very photo counts."""
        return self.task.startswith("fg/")

    @property
    def scoring(self) -> Preset:
        return METRICS[self.metric]

    @property
    def id(self) -> str:
        """All four names, as they stand beside a number."""
        return " | ".join((self.task, self.split, self.gallery, self.metric))

    def differs(self, other: Protocol) -> str:
        """How another protocol differs, in words; empty where it does not."""
        parts = ("task", "split", "gallery", "metric")
        return ", ".join(
            f"{part} {getattr(self, part)} against {getattr(other, part)}"
            for part in parts
            if getattr(self, part) != getattr(other, part)
        )

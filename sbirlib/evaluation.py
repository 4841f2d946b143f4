"""A model on a benchmark, under a protocol: its score card, and a record that it was scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.embedding import embed
from sbirlib.hashing import coder
from sbirlib.metrics.retrieval import retrieval
from sbirlib.models.contract import Model, kind_of
from sbirlib.models.fingerprints import fingerprint
from sbirlib.protocols import TASKS, Protocol, ScoreCard, choose, score
from sbirlib.reranking import Order, reordering
from sbirlib.runs.records import recording

NAMES = {"generalized": "gzs/seen+unseen", "fine-grained": "fg/within-category"}
"""Short names of tasks."""


def evaluate(
    model: Model,
    bench: Benchmark,
    protocol: str | Protocol = "zero-shot",
    *,
    gap: bool = True,
    ceiling: bool = True,
    rerank: int = 0,
    bits: int | None = None,
    per_class: bool = False,
    cache: bool = True,
    config: Mapping[str, Any] | None = None,
    seeds: Sequence[int] = (),
) -> ScoreCard:
    """Score a model's embeddings of a benchmark's sketches and photos; every call writes a record.

    `protocol` is a task ("zero-shot", "seen", "generalized", "fine-grained", or one of `protocols.TASKS`), scored as
    the house does it, or a whole `Protocol`. The card's floor is chance; its `ceiling`, where only classes count, is
    the mAP@all of the same model when photos of the queries' classes ask among the other photos. `card.per_class` and
    `card.per_query` have the values behind the means. With `rerank`, a model that scores pairs decides the order of
    each sketch's best so many photos. With `bits`, embeddings are searched as binary codes of so many bits
    (hashing.py). `config` and `seeds` go into the record, which the card keeps, and so does
    each class's score by the first metric with `per_class`.
    """
    if not isinstance(model, Model):
        raise TypeError(f"evaluate scores a Model; got {kind_of(model)}")
    if not isinstance(bench, Benchmark):
        raise TypeError(f"evaluate scores on a Benchmark, such as sb.load('world'); got {kind_of(bench)}")
    plan = protocol if isinstance(protocol, Protocol) else by_task(protocol, bench)
    asked, shown = bench.sketches, bench.photos
    choice = choose(plan, asked.items, shown.items)
    searched = torch.unique(torch.cat([gallery for _, gallery in choice.groups]))
    weights = fingerprint(model)
    content = {"model": type(model).__name__, **model.config, "weights": weights, "split": bench.split}
    content |= {"queries": model.queries} if model.queries else {}
    content |= {"bits": bits} if bits is not None else {}
    content |= {"data": bench.id, **({"rerank": rerank} if rerank else {}), **(config or {})}
    name = f"evaluate/{type(model).__name__}"
    with recording(name, config=content, seeds=seeds, protocols=[plan.id], world=bench.version) as record:
        queries = torch.unique(choice.queries)
        photos = placed(model, shown, searched, cache)
        sketches = placed(model, asked, queries, cache)
        if bits is not None:
            codes = coder(model, bench, bits, cache=cache)
            photos, sketches = codes(photos, "photo"), codes(sketches, "sketch")
        bound: dict[str, float] = {}
        if ceiling and not plan.fine_grained:
            asking = torch.unique(asked.labels[choice.queries])
            bound = photo_to_photo(photos[searched], shown.labels[searched], asking, plan)
        reorder = None
        if rerank:
            order = reordering(model, asked.take(queries), shown.take(searched), rerank, cache)
            reorder = partial(by_rows, order, queries, searched)
        card = score(
            plan,
            sketches,
            photos,
            asked.items,
            shown.items,
            model=type(model).__name__,
            classes=bench.classes,
            ceiling=bound,
            gap=gap,
            reorder=reorder,
        )
        if rerank:
            card = replace(card, counts={**card.counts, "re-ranked": rerank})
        if bits is not None:
            card = replace(card, counts={**card.counts, "bits": bits})
        card.into(record, per_class=per_class)
    return replace(card, record=record)


def task_name(task: str) -> str:
    """A task's full name, from that or a short one."""
    if not isinstance(task, str) or NAMES.get(task, task) not in TASKS:
        raise ValueError(f"a protocol's task is one of {', '.join((*TASKS, *NAMES))}; got {task!r}")
    return NAMES.get(task, task)


def by_task(task: str, bench: Benchmark) -> Protocol:
    """A task on a benchmark's own split and gallery, scored as the house does it."""
    name = task_name(task)
    fine = name.startswith("fg/")
    return Protocol(name, bench.split, "full" if fine else bench.gallery, "fine-grained" if fine else "sbirlib")


def by_rows(order: Order, queries: Tensor, searched: Tensor, asked: Tensor, among: Tensor, scores: Tensor) -> Tensor:
    """`order` counts the queries and the searched photos only; `asked` and `among` are rows of all there are."""
    return order(torch.searchsorted(queries, asked), torch.searchsorted(searched, among), scores)


def placed(model: Model, images: ImageSet, rows: Tensor, cache: bool) -> Tensor:
    """The embeddings of some rows, each in its row; those that a protocol does not look at stay zero."""
    vectors = embed(model, images.take(rows), cache=cache)
    out = torch.zeros(len(images), vectors.shape[1])
    out[rows] = vectors
    return out


def photo_to_photo(photos: Tensor, labels: Tensor, asking: Tensor, protocol: Protocol) -> dict[str, float]:
    """What photos find among photos: of each class every other one asks if its class is `asking`, the rest is searched.

    Half of the photos are searched, so a metric that counts the first so many would have another bound: only those
    that look at whole rankings are given.
    """
    first = torch.zeros(len(labels), dtype=torch.bool)
    for label in torch.unique(labels):
        first[torch.nonzero(labels == label).flatten()[::2]] = True
    asks = ~first & torch.isin(labels, asking)
    how = protocol.scoring
    whole = {name: metric for name, metric in how.metrics.items() if "@" not in metric}
    if not whole or not asks.any():
        return {}
    found = retrieval(
        photos[asks], photos[first], labels[asks], labels[first], metrics=list(whole.values()),
        distance=how.distance, ties=how.ties, no_relevant=how.no_relevant, average=how.average,
    )  # fmt: skip
    return {name: found[metric] for name, metric in whole.items()}

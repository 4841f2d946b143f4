"""Embeddings under a protocol: the choice of queries and gallery, the metric, the floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from sbirlib.data.items import Items
from sbirlib.metrics.gap import gap as gap_measures
from sbirlib.metrics.hits import with_ties
from sbirlib.metrics.ids import measure
from sbirlib.metrics.retrieval import retrieval
from sbirlib.protocols.card import ScoreCard, means
from sbirlib.protocols.choose import choose
from sbirlib.protocols.protocol import Protocol


def score(
    protocol: Protocol,
    sketches: Tensor,
    photos: Tensor,
    sketch_items: Items,
    photo_items: Items,
    *,
    model: str = "",
    classes: Sequence[str] = (),
    ceiling: Mapping[str, float] | None = None,
    gap: bool = False,
    official: Sequence[str] | None = None,
) -> ScoreCard:
    """Score embeddings (n, d) of sketches and photos, row i of which is item i; the protocol chooses among them.

    The card's floor is chance, exactly: the expected score of a ranking in random order. `ceiling` is what the caller
    measured as one, `gap` asks for the modality-gap measures of the chosen queries and gallery.
    """
    for name, vectors, items in (("sketches", sketches, sketch_items), ("photos", photos, photo_items)):
        if len(vectors) != len(items):
            raise ValueError(f"{name}: one embedding an item was expected, {len(items)}; got {len(vectors)}")
    scoring = protocol.scoring
    choice = choose(protocol, sketch_items, photo_items, official=official)
    values: dict[str, list[Tensor]] = {name: [] for name in scoring.metrics}
    chances: dict[str, list[Tensor]] = {name: [] for name in scoring.metrics}
    for queries, gallery in choice.groups:
        targets, among = choice.query_targets[queries], choice.gallery_targets[gallery]
        found = retrieval(
            sketches[queries.to(sketches.device)],
            photos[gallery.to(photos.device)],
            targets.to(sketches.device),
            among.to(photos.device),
            preset="sbirlib",
            metrics=list(scoring.metrics.values()),
            distance=scoring.distance,
            ties=scoring.ties,
            no_relevant=scoring.no_relevant,
            per_query=True,
        )
        relevant = torch.searchsorted(among.sort().values, targets, right=True)
        relevant -= torch.searchsorted(among.sort().values, targets)
        for name, metric in scoring.metrics.items():
            values[name].append(found[metric].cpu())
            chances[name].append(chance(metric, relevant, len(gallery)))
    all_values = {name: torch.cat(parts) for name, parts in values.items()}
    labels = sketch_items.labels[choice.queries]
    skipped = {name: v.isnan() for name, v in all_values.items()}
    floors = {name: torch.cat(parts).masked_fill(skipped[name], torch.nan) for name, parts in chances.items()}
    searched = torch.unique(torch.cat([gallery for _, gallery in choice.groups]))
    return ScoreCard(
        protocol=protocol,
        numbers=means(all_values, labels, scoring.average),
        model=model,
        floor=means(floors, labels, scoring.average),
        ceiling=dict(ceiling or {}),
        gap=gap_measures(sketches[choice.queries], photos[searched], labels, photo_items.labels[searched])
        if gap
        else {},
        queries=all_values,
        labels=labels,
        classes=tuple(classes),
        counts={"queries": len(labels), "photos": len(searched), "classes": len(torch.unique(labels))},
    )


def chance(metric: str, relevant: Tensor, gallery: int) -> Tensor:
    """What a ranking in random order scores, on average over all orders, for queries with `relevant` (Q,) right items.

    >>> chance("p/k@10", torch.tensor([5]), gallery=100)
    tensor([0.0500], dtype=torch.float64)
    """
    if "voc" in metric:  # the envelope has no closed form; the plain one is its floor
        metric = metric.replace("ap/voc", "ap/exact").replace("voc_min_rk", "min_rk")
    counts, own = torch.unique(relevant, return_inverse=True)
    scores = torch.zeros(len(counts), dtype=torch.float64)
    for i, r in enumerate(counts.tolist()):
        if r == 0:
            continue
        tied = torch.full((1, r), gallery)
        one_tie = with_ties(torch.zeros_like(tied), tied, torch.tensor([r]), gallery)  # all orders at once
        scores[i] = measure(replace(one_tie, expected=True), metric)[0]
    return scores[own]

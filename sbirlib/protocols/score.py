"""Embeddings under a protocol: the choice of queries and gallery, the metric, the floor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from sbirlib.data.items import Items
from sbirlib.data.splits import SPLITS, split
from sbirlib.metrics.gap import gap as gap_measures
from sbirlib.metrics.hits import with_ties
from sbirlib.metrics.ids import measure
from sbirlib.metrics.presets import Preset
from sbirlib.metrics.retrieval import retrieval, tallied
from sbirlib.metrics.scoring import Space, blocks, default_block
from sbirlib.metrics.tally import Scoring, mean
from sbirlib.protocols.card import ScoreCard
from sbirlib.protocols.choose import choose
from sbirlib.protocols.protocol import Protocol

ORDERS = 256
CPU = torch.device("cpu")


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
    reorder: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None,
) -> ScoreCard:
    """Score embeddings (n, d) of sketches and photos, row i of which is item i; the protocol chooses among them.

    `classes` are the classes' names by label; with them, items that do not belong to the protocol's split are refused.
    The card's floor is chance, the expected score of a ranking in random order. `ceiling` is what the caller
    measured as one, `gap` asks for the modality-gap measures of the chosen queries and gallery. `reorder` turns the
    scores (q, n) of queries (q,) and gallery (n,), both by row, into others: a second, slower opinion.
    """
    for name, vectors, items in (("sketches", sketches, sketch_items), ("photos", photos, photo_items)):
        if len(vectors) != len(items):
            raise ValueError(f"{name}: one embedding an item was expected, {len(items)}; got {len(vectors)}")
    scoring = protocol.scoring
    for items in (sketch_items, photo_items):
        check_split(protocol, items, classes)
    choice = choose(protocol, sketch_items, photo_items, official=official)
    values: dict[str, list[Tensor]] = {name: [] for name in scoring.metrics}
    chances: dict[str, list[Tensor]] = {name: [] for name in scoring.metrics}
    for queries, gallery in choice.groups:
        targets, among = choice.query_targets[queries], choice.gallery_targets[gallery]
        asked, shown = sketches[queries.to(sketches.device)], photos[gallery.to(photos.device)]
        if reorder is None:
            found = retrieval(
                asked,
                shown,
                targets.to(asked.device),
                among.to(shown.device),
                preset="sbirlib",
                metrics=list(scoring.metrics.values()),
                distance=scoring.distance,
                ties=scoring.ties,
                no_relevant=scoring.no_relevant,
                per_query=True,
            )
        else:
            found = reordered(scoring, asked, shown, targets, among, reorder, queries, gallery)
        ordered = among.sort().values
        relevant = torch.searchsorted(ordered, targets, right=True) - torch.searchsorted(ordered, targets)
        for name, metric in scoring.metrics.items():
            values[name].append(found[metric].cpu())
            chances[name].append(chance(metric, relevant, len(gallery)))
    all_values = {name: torch.cat(parts) for name, parts in values.items()}
    labels = sketch_items.labels[choice.queries]
    floors = {name: torch.cat(chances[name]).masked_fill(v.isnan(), torch.nan) for name, v in all_values.items()}
    searched = torch.unique(torch.cat([gallery for _, gallery in choice.groups]))
    measured: dict[str, float] = {}
    if gap:
        own = labels.to(sketches.device), photo_items.labels[searched].to(photos.device)
        measured = gap_measures(sketches[choice.queries.to(sketches.device)], photos[searched.to(photos.device)], *own)
    return ScoreCard(
        protocol=protocol,
        numbers={name: mean(v, labels, scoring.average) for name, v in all_values.items()},
        model=model,
        floor={name: mean(v, labels, scoring.average) for name, v in floors.items()},
        ceiling=dict(ceiling or {}),
        gap=measured,
        queries=all_values,
        labels=labels,
        keys=tuple(sketch_items.keys[row] for row in choice.queries.tolist()),
        classes=tuple(classes),
        asked=digest(sketch_items.keys[row] for row in choice.queries.tolist()),
        searched=digest(photo_items.keys[row] for _, rows in choice.groups for row in rows.tolist()),
        counts={"queries": len(labels), "photos": len(searched), "classes": len(torch.unique(labels))},
    )


def reordered(
    scoring: Preset,
    query: Tensor,
    gallery: Tensor,
    targets: Tensor,
    among: Tensor,
    reorder: Callable[[Tensor, Tensor, Tensor], Tensor],
    query_rows: Tensor,
    gallery_rows: Tensor,
) -> dict[str, Tensor]:
    """The values of single queries, ranked by what `reorder` makes of their scores."""
    space = Space(scoring.distance)
    rules = Scoring.of(
        "sbirlib", list(scoring.metrics.values()), scoring.ties, scoring.no_relevant, scoring.average, scoring.distance
    )
    vectors, parts = space.vectors(gallery), []
    for rows, scores in blocks(space, query, vectors, torch.arange(len(query)), default_block(len(gallery), CPU)):
        others = reorder(query_rows[rows], gallery_rows, scores.cpu().clone())
        parts.append(tallied(rules, others, targets[rows][:, None] == among).values)
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


def check_split(protocol: Protocol, items: Items, classes: Sequence[str]) -> None:
    """Refuse classes that the protocol's split does not have, or has on the other side (where it is a listed one)."""
    if not classes or protocol.split not in SPLITS:
        return
    listed = split(protocol.split)
    for what, names, mask in (("seen", listed.seen, items.seen), ("unseen", listed.unseen, ~items.seen)):
        given = {classes[label] for label in torch.unique(items.labels[mask]).tolist()}
        if strange := sorted(given - set(names)):
            raise ValueError(f"{protocol.split} has no {what} class {', '.join(strange[:5])}")


def digest(keys: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def chance(metric: str, relevant: Tensor, gallery: int) -> Tensor:
    """What a ranking in random order scores, on average over all orders, for queries with `relevant` (Q,) right items.

    Exact, but for the metrics that have no closed form (the VOC envelope, ap/first): there, the mean of 256 orders.

    >>> chance("p/k@10", torch.tensor([5]), gallery=100)
    tensor([0.0500], dtype=torch.float64)
    """
    counts, own = torch.unique(relevant, return_inverse=True)
    scores = torch.zeros(len(counts), dtype=torch.float64)
    closed = "voc" not in metric and not metric.startswith("ap/first")
    if not closed:
        orders = torch.rand(ORDERS, gallery, generator=torch.Generator().manual_seed(0)).argsort(dim=1)
    for i, r in enumerate(counts.tolist()):
        if r == 0:
            continue
        if not closed:
            scores[i] = measure(orders < r, metric).mean()
            continue
        tied = torch.full((1, r), gallery)
        one_tie = with_ties(torch.zeros_like(tied), tied, torch.tensor([r]), gallery)  # all orders at once
        scores[i] = measure(replace(one_tie, expected=True), metric)[0]
    return scores[own]

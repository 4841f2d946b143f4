"""Who comes first among equal scores: five rules, by name.

grouped      equal scores are one threshold, as in scikit-learn: nobody comes first; ap.py and cutoff.py say how each
             metric reads a group, and what a cut-off inside one does (it takes an equal share)
expected     the exact mean over all orders of the tied items, in closed form (no number is drawn); the VOC envelope
             and ap/first have none and say so
pessimistic  the relevant items come last in their group: a floor that no order can undercut
random(s)    one order of the gallery, drawn with the seed s, decides every tie: fair, repeatable, the same for all
             queries, block sizes and devices (it belongs to the gallery's order: another order is another draw)
stable       storage order decides, as an argsort leaves it: never a default, because galleries are stored class by
             class, and a query whose class happens to be stored first profits from every tie

Scores 1, 1, 1, 1 for relevance 1, 0, 1, 0: grouped .5, pessimistic .417, expected .681, stable .833.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from sbirlib.metrics.counting import count
from sbirlib.metrics.hits import Hits, untied, with_ties

RULES = ("grouped", "expected", "pessimistic", "random(seed)", "stable")


@dataclass(frozen=True)
class Ties:
    """A tie rule, read from its name.

    >>> Ties.parse("random(7)")
    Ties(rule='random', seed=7)
    """

    rule: str
    seed: int | None = None

    @staticmethod
    def parse(name: str) -> Ties:
        if name in ("grouped", "expected", "pessimistic", "stable"):
            return Ties(name)
        if match := re.fullmatch(r"random\((\d+)\)", name):
            return Ties("random", int(match[1]))
        raise ValueError(f"a tie rule is one of {', '.join(RULES)}; got {name!r}")

    def priority(self, gallery: int) -> Tensor | None:
        """Each gallery item's turn among equals, (N,), where the rule needs one; 0 comes first."""
        if self.rule == "stable":
            return torch.arange(gallery)
        if self.rule == "random":
            return torch.from_numpy(np.random.default_rng(self.seed).permutation(gallery))
        return None


def place(
    scores: Tensor, columns: Tensor, ties: Ties, priority: Tensor | None, levels: int | None = None
) -> Iterator[tuple[Tensor, Hits]]:
    """Where the relevant items `columns` (n, R) of the rankings by `scores` (n, N) stand, under a tie rule.

    Gives hits and the rows they are of: first the rows without ties, for which all is simpler, then the others.
    `priority` (N,) is the columns' turn among equals, for the rules that have one; `levels` as in `count`.
    """
    above, tied = count(scores, columns, levels)
    relevant = torch.full((len(above),), above.shape[1], device=above.device)
    loose = (tied > 1).any(dim=1)
    if not bool(loose.any()):
        yield torch.arange(len(above), device=above.device), untied(above, relevant, scores.shape[1])
        return
    for rows, simple in (((~loose).nonzero()[:, 0], True), (loose.nonzero()[:, 0], False)):
        if len(rows) and simple:
            yield rows, untied(above[rows], relevant[rows], scores.shape[1])
        elif len(rows):
            hits = with_ties(above[rows], tied[rows], relevant[rows], scores.shape[1])
            yield rows, settle(hits, scores[rows], columns[rows], ties, priority)


def settle(hits: Hits, scores: Tensor, columns: Tensor, ties: Ties, priority: Tensor | None) -> Hits:
    if ties.rule in ("grouped", "expected"):
        return replace(hits, expected=ties.rule == "expected")
    others = hits.tied - hits.mates
    above = hits.above + others + torch.arange(columns.shape[1], device=columns.device) - hits.before  # they come last
    if priority is not None and bool((mixed := (others > 0).any(dim=1)).any()):
        above[mixed] = by_turn(scores[mixed], columns[mixed], priority)
    return untied(above, hits.relevant, hits.gallery)


def by_turn(scores: Tensor, columns: Tensor, priority: Tensor) -> Tensor:
    """How many items stand above each relevant one when `priority` decides ties, (n, R), ascending.

    `scores` (n, N), the relevant items' `columns` (n, R), every column's `priority` (N,).
    """
    order = priority.argsort()
    turn = torch.empty_like(order)
    turn[order] = torch.arange(len(order), device=order.device)
    above = torch.empty_like(columns)
    for row in range(0, len(scores), 32):  # an argsort is 8 bytes an item: a few rows at a time
        rows = slice(row, row + 32)
        ranking = scores[rows][:, order].sort(dim=1, descending=True, stable=True).indices
        place = torch.empty_like(ranking)
        place.scatter_(1, ranking, torch.arange(len(order), device=order.device).expand_as(ranking))
        above[rows] = place.gather(1, turn[columns[rows]])
    return above.sort(dim=1).values

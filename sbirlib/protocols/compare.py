"""Is one model better than another? Paired over classes and queries, with an interval, on one protocol only.

With twenty unseen classes, which classes they are is the larger error: a query's score depends on its class more than
on anything else. So the bootstrap draws classes first and then queries within them, the same for both models, and
the interval is widened by what a bootstrap over few classes is known to miss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import torch

from sbirlib.protocols.card import ScoreCard


@dataclass(frozen=True)
class Comparison:
    """`second` minus `first` on one metric, with the bootstrap's interval."""

    metric: str
    first: str
    second: str
    difference: float
    low: float
    high: float
    level: float
    classes: int
    queries: int
    protocol: str
    unit: str = "queries"

    @property
    def decided(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def __repr__(self) -> str:
        verdict = "the interval leaves out zero" if self.decided else "not decided: the interval holds zero"
        return (
            f"{self.second or 'second'} minus {self.first or 'first'}, {self.metric}: {self.difference:+.4f}, "
            f"{self.level:.0%} interval [{self.low:+.4f}, {self.high:+.4f}]\n"
            f"  over {self.classes} classes and {self.queries:,} {self.unit}; {verdict}\n  {self.protocol}"
        )


def compare(
    first: ScoreCard,
    second: ScoreCard,
    metric: str | None = None,
    *,
    anyway: bool = False,
    draws: int = 2_000,
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """`second` minus `first` on a metric (without one: the cards' first), paired over classes and queries.

    Cards of different protocols are refused, with the reason. `anyway=True` gives the bare difference of their means
    all the same, with an interval that says nothing (from minus to plus infinity).
    """
    metric = metric or next(iter(first.numbers))
    difference = second[metric] - first[metric]
    differs = first.protocol.differs(second.protocol)
    if differs and not anyway:
        raise ValueError(f"these cards were not measured alike: {differs}; anyway=True subtracts them all the same")
    names = (metric, first.model, second.model)
    if differs:
        note = f"different protocols: {differs}"
        return Comparison(*names, difference, -float("inf"), float("inf"), level, 0, 0, note)
    if first.labels is None or second.labels is None or not torch.equal(first.labels, second.labels):
        raise ValueError("a paired comparison needs the same queries on both cards, with their values")
    for what, one, other in (("queries", first.asked, second.asked), ("gallery", first.searched, second.searched)):
        if one != other:
            raise ValueError(f"these cards have one protocol, and yet not the same {what}: nothing is paired")
    deltas = (second.queries[metric] - first.queries[metric]).numpy()
    there = ~np.isnan(deltas)
    deltas, labels = deltas[there], first.labels.numpy()[there]
    groups = [deltas[labels == label] for label in np.unique(labels)]
    macro = first.protocol.scoring.average == "macro"
    quantiles = np.quantile(bootstrap(groups, macro, draws, seed), [(1 - level) / 2, (1 + level) / 2])
    low, high = (difference + few(len(groups), level) * float(q - difference) for q in quantiles)
    return Comparison(*names, difference, low, high, level, len(groups), len(deltas), first.protocol.id)


def compare_classes(
    first: Sequence[Mapping[str, float]],
    second: Sequence[Mapping[str, float]],
    *,
    names: tuple[str, str] = ("", ""),
    metric: str = "mAP@all",
    note: str = "",
    draws: int = 2_000,
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """The same from what records keep of cards: each class's score by name, one mapping a seed (`evaluate(...,
    per_class=True)`). What learns nothing has one mapping, which stands beside each seed of the other.

    The bootstrap draws classes, and seeds once for all of them: a seed is one training, good or bad for every class.

    >>> frozen, trained = [{"cow": 0.2, "owl": 0.5}], [{"cow": 0.3, "owl": 0.6}, {"cow": 0.5, "owl": 0.6}]
    >>> round(compare_classes(frozen, trained).difference, 3)
    0.15
    """
    classes = sorted({name for scores in (*first, *second) for name in scores})
    missing = [name for name in classes for scores in (*first, *second) if name not in scores]
    if not first or not second or not classes or missing:
        said = ", ".join(dict.fromkeys(missing)) or "nothing at all"
        raise ValueError(f"a paired comparison needs every class's score in every mapping; there is {said} missing")
    if len(first) != len(second) and 1 not in (len(first), len(second)):
        raise ValueError(
            f"seeds are compared with seeds, or with one that learns nothing; got {len(first)}, {len(second)}"
        )
    one, other = (np.array([[scores[name] for scores in side] for name in classes]) for side in (first, second))
    deltas = other - one  # (classes, seeds)
    difference = float(deltas.mean())
    rng = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(draws):
        rows, columns = (rng.integers(count, size=count) for count in deltas.shape)
        found[draw] = deltas[np.ix_(rows, columns)].mean()
    quantiles = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    low, high = (difference + few(len(classes), level) * float(q - difference) for q in quantiles)
    return Comparison(metric, *names, difference, low, high, level, len(classes), deltas.shape[1], note, "seeds")


def by_class(cards: Mapping[str, Sequence[Mapping[str, Any]]], metric: str = "mAP@all") -> list[dict[str, float]]:
    """What `compare_classes` takes, of the cards that records keep, by split and with a seed each: every class of every
    split under a name of its own. A split with one card only has it beside every seed.

    >>> card = {"per_class": {"mAP@all": {"cow": 0.5}}}
    >>> by_class({"mixed": [card, card], "hard": [card]})
    [{'mixed/cow': 0.5, 'hard/cow': 0.5}, {'mixed/cow': 0.5, 'hard/cow': 0.5}]
    """
    seeds = max(map(len, cards.values()), default=0)
    if wrong := [f"{split} {len(own)}" for split, own in cards.items() if len(own) not in (1, seeds)]:
        raise ValueError(f"every split has as many cards, {seeds}, or one; got {', '.join(wrong)}")
    return [
        {
            f"{split}/{name}": value
            for split, own in cards.items()
            for name, value in own[seed if len(own) > 1 else 0]["per_class"][metric].items()
        }
        for seed in range(seeds)
    ]


def few(classes: int, level: float) -> float:
    """By how much a bootstrap over few classes is too narrow: t over z, and the variance's n over n - 1.

    >>> [round(few(n, 0.95), 2) for n in (5, 15, 100)]
    [1.56, 1.13, 1.02]
    """
    if classes < 2:
        return float("inf")
    z, n = NormalDist().inv_cdf((1 + level) / 2), classes - 1
    # Student's t by its expansion in 1 / n
    t = z + (z**3 + z) / (4 * n) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
    return float(t / z * (classes / n) ** 0.5)


def bootstrap(groups: list[np.ndarray], macro: bool, draws: int, seed: int) -> np.ndarray:
    """The mean difference in `draws` worlds: classes drawn with replacement, then queries within each drawn class."""
    rng = np.random.default_rng(seed)
    sizes = np.array([len(group) for group in groups])
    # every class's mean under resampling of its queries; a class that is drawn twice is resampled twice
    found = np.empty(draws)
    for draw in range(draws):
        chosen = rng.integers(len(groups), size=len(groups))
        sums = np.array([groups[g][rng.integers(sizes[g], size=sizes[g])].sum() for g in chosen])
        found[draw] = (sums / sizes[chosen]).mean() if macro else sums.sum() / sizes[chosen].sum()
    return found

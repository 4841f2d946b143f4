"""Is one model better than another? Paired over classes and queries, with an interval, on one protocol only.

With twenty unseen classes, which classes they are is the larger error: a query's score depends on its class more than
on anything else. So the bootstrap draws classes first and then queries within them, the same for both models, and
the interval is widened by what a bootstrap over few classes is known to miss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    still: bool = False,
    level: float = 0.95,
) -> Comparison:
    """The same over classes and seeds: each class's score by name, one mapping a seed.

    Classes and seeds both vary, and a seed is one training, good or bad for every class: the variances of the class
    means and of the seed means add up, v = v_c / C + v_s / S, and the interval is that of Student's t at
    Satterthwaite's degrees of freedom. What learns nothing has one mapping, which stands beside each seed of the
    other: `still=True` says so of every side that has one.

    >>> frozen, trained = [{"cow": 0.2, "owl": 0.5}], [{"cow": 0.3, "owl": 0.6}, {"cow": 0.5, "owl": 0.6}]
    >>> round(compare_classes(frozen, trained, still=True).difference, 3)
    0.15
    """
    classes = sorted({name for scores in (*first, *second) for name in scores})
    missing = [name for name in classes for scores in (*first, *second) if name not in scores]
    if len(classes) < 2 or not first or not second or missing:
        said = ", ".join(dict.fromkeys(missing)) or f"{len(classes)} to compare"
        raise ValueError(f"a paired comparison needs two classes or more, each scored in every mapping; see {said}")
    if len(first) != len(second) and 1 not in (len(first), len(second)):
        raise ValueError(f"seeds are compared with as many seeds; got {len(first)} and {len(second)}")
    if 1 in (len(first), len(second)) and not still:
        raise ValueError("one seed says nothing of others: train more, or say still=True where one side learns nothing")
    one, other = (np.array([[scores[name] for scores in side] for name in classes]) for side in (first, second))
    deltas = other - one  # (classes, seeds)
    difference = float(deltas.mean())
    reach = two_way(deltas, level)
    ends = difference - reach, difference + reach
    return Comparison(metric, *names, difference, *ends, level, len(classes), deltas.shape[1], note, "seeds")


def two_way(deltas: np.ndarray, level: float) -> float:
    """Half the interval of the mean of (classes, seeds), both drawn from more; of one column, over classes alone.

    >>> deltas = np.array([[0.1, 0.1], [0.3, 0.3], [0.2, 0.2]])   # seeds agree: t of 2 degrees, 4.303, .1 / sqrt 3
    >>> round(two_way(deltas, 0.95), 4)
    0.2484
    """
    from scipy.stats import t

    means = [deltas.mean(1), deltas.mean(0)]
    parts = [np.var(each, ddof=1) / len(each) for each in means if len(each) > 1]
    variance = sum(parts)
    if not variance:
        return 0.0
    spare = sum(part**2 / (len(each) - 1) for part, each in zip(parts, means, strict=False))
    return float(t.ppf((1 + level) / 2, variance**2 / spare) * variance**0.5)


def compare_cards(
    first: Mapping[str, Sequence[Mapping[str, Any]]],
    second: Mapping[str, Sequence[Mapping[str, Any]]],
    metric: str = "mAP@all",
    *,
    names: tuple[str, str] = ("", ""),
    note: str = "",
    still: bool = False,
    level: float = 0.95,
) -> Comparison:
    """`compare_classes` of the cards that records keep (`evaluate(..., per_class=True)`), by split, with a seed each.

    A class that is unseen in several splits counts once, by its mean over them.
    """
    if list(first) != list(second):
        raise ValueError(f"both sides have the same splits; got {', '.join(first)} against {', '.join(second)}")
    for split in first:
        found = {card["protocol"] for card in (*first[split], *second[split])}
        if len(found) > 1:
            raise ValueError(f"{split}: these cards were not measured alike: {' against '.join(sorted(found))}")
    sides = by_class(first, metric), by_class(second, metric)
    return compare_classes(*sides, names=names, metric=metric, note=note, still=still, level=level)


def by_class(cards: Mapping[str, Sequence[Mapping[str, Any]]], metric: str = "mAP@all") -> list[dict[str, float]]:
    """Each class's score, one mapping a seed; of a class in several splits the mean. A split with one card has it
    beside every seed.

    >>> one, other = ({"per_class": {"mAP@all": {"cow": value}}} for value in (0.5, 0.25))
    >>> by_class({"mixed": [one, other], "hard": [one]})
    [{'cow': 0.5}, {'cow': 0.375}]
    """
    seeds = max(map(len, cards.values()), default=0)
    if wrong := [f"{split} {len(own)}" for split, own in cards.items() if len(own) not in (1, seeds)]:
        raise ValueError(f"every split has as many cards, {seeds}, or one; got {', '.join(wrong)}")
    for own in cards.values():
        for card in own:
            if metric not in card.get("per_class", {}):
                known = ", ".join(card.get("per_class", {})) or "nothing"
                raise ValueError(f"these cards keep {known} by class; got {metric!r}")
    found = []
    for seed in range(seeds):
        scores: dict[str, list[float]] = {}
        for own in cards.values():
            for name, value in own[seed if len(own) > 1 else 0]["per_class"][metric].items():
                scores.setdefault(name, []).append(value)
        found.append({name: sum(values) / len(values) for name, values in scores.items()})
    return found


def few(classes: int, level: float) -> float:
    """By how much a bootstrap over few classes is too narrow: t over z, and the variance's n over n - 1.

    >>> [round(few(n, 0.95), 2) for n in (2, 5, 15, 100)]
    [9.17, 1.58, 1.13, 1.02]
    """
    from scipy.stats import norm, t

    if classes < 2:
        return float("inf")
    tail = (1 + level) / 2
    return float(t.ppf(tail, classes - 1) / norm.ppf(tail) * (classes / (classes - 1)) ** 0.5)


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

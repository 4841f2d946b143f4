"""The metrics again, as slowly and plainly as the formulas read: lists, loops, and permutations for ties."""

from __future__ import annotations

import itertools
import math

IDS = [
    "ap/exact",
    "ap/voc",
    "ap/first@2",
    *(f"apk/{by}@{k}" for by in ("hits", "min_rk", "k", "r", "voc_min_rk") for k in (1, 3, 7, 40)),
    *(f"p/{by}@{k}" for by in ("k", "min_kN", "min_kR", "rank_k+1") for k in (1, 3, 7, 40)),
    *(f"{name}@{k}" for name in ("acc", "recall", "ndcg") for k in (1, 3, 7, 40)),
    "mrr",
]
NO_CLOSED_FORM = ("ap/voc", "ap/first", "apk/voc")


def naive(ranked: list[int], name: str) -> float:
    """A metric of one ranking with a relevant item or more, by its formula."""
    family, _, cut = name.partition("@")
    n, r, k = len(ranked), sum(ranked), int(cut or 0)
    precision = [sum(ranked[: i + 1]) / (i + 1) for i in range(n)]
    top = min(k, n)
    hits = sum(ranked[:top])
    total = sum(precision[i] for i in range(top) if ranked[i])
    match family:
        case "ap/exact":
            return sum(precision[i] for i in range(n) if ranked[i]) / r
        case "ap/voc":
            return sum(max(precision[i:]) for i in range(n) if ranked[i]) / r
        case "ap/first":
            found = [precision[i] for i in range(n) if ranked[i]][:k]
            return sum(found) / len(found)
        case "apk/hits":
            return total / hits if hits else 0.0
        case "apk/min_rk":
            return total / min(r, k)
        case "apk/k":
            return total / k
        case "apk/r":
            return total / r
        case "apk/voc_min_rk":
            return sum(max(precision[i:top]) for i in range(top) if ranked[i]) / min(r, k)
        case "p/k":
            return hits / k
        case "p/min_kN":
            return hits / min(k, n)
        case "p/min_kR":
            return sum(ranked[: min(k, r)]) / min(k, r)
        case "p/rank_k+1":
            return float(ranked[k]) if k < n else 0.0
        case "acc":
            return float(hits > 0)
        case "recall":
            return hits / r
        case "mrr":
            return 1 / (ranked.index(1) + 1)
        case "ndcg":
            gains = [1 / math.log2(i + 2) for i in range(n)]
            return sum(gains[i] for i in range(top) if ranked[i]) / sum(gains[: min(k, r)])
    raise AssertionError(name)


def groups(scores: list[float], relevance: list[int]) -> list[list[int]]:
    """The relevance of each group of equal scores, best first."""
    return [[r for s, r in zip(scores, relevance, strict=True) if s == v] for v in sorted(set(scores), reverse=True)]


def stable(scores: list[float], relevance: list[int]) -> list[int]:
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    return [relevance[i] for i in order]


def pessimistic(scores: list[float], relevance: list[int]) -> list[int]:
    return [r for group in groups(scores, relevance) for r in sorted(group)]


def expected(scores: list[float], relevance: list[int], name: str) -> float:
    """The mean over all orders, one by one; each order of a group's relevance is equally likely."""
    orders = [sorted(set(itertools.permutations(group))) for group in groups(scores, relevance)]
    values = [naive([r for group in way for r in group], name) for way in itertools.product(*orders)]
    return sum(values) / len(values)


def grouped(scores: list[float], relevance: list[int], name: str) -> float:
    """Equal scores are one threshold; a cut inside a group takes its share of each of the group's items."""
    family, _, cut = name.partition("@")
    n, r, k = len(scores), sum(relevance), int(cut or 0)
    if family in ("recall", "ndcg") or family.startswith("p/"):  # linear: every place has its group's mean relevance
        places = [sum(group) / len(group) for group in groups(scores, relevance) for _ in group]
        if family == "ndcg":
            gains = [1 / math.log2(i + 2) for i in range(n)]
            return sum(p * g for p, g in zip(places[:k], gains, strict=False)) / sum(gains[: min(k, r)])
        if family == "p/rank_k+1":
            return places[k] if k < n else 0.0
        top = min(k, r) if family == "p/min_kR" else k
        return sum(places[:top]) / {"p/k": k, "p/min_kN": min(k, n), "p/min_kR": top, "recall": r}[family]
    top = n if family.startswith("ap/") else min(k, n) if k else n
    above, before = 0, 0.0
    steps: list[tuple[float, float, int]] = []  # how much is found at a threshold, the precision there, whole items
    for group in groups(scores, relevance):
        end = min(above + len(group), top)
        if end > above:
            found = sum(group) * (end - above) / len(group)
            before += found
            steps.append((found, before / end, sum(group)))
        above += len(group)
    total = sum(found * precision for found, precision, _ in steps)
    hits = sum(found for found, _, _ in steps)
    envelope = sum(found * max(p for _, p, _ in steps[i:]) for i, (found, _, _) in enumerate(steps))
    match family:
        case "ap/first":
            each = [precision for found, precision, whole in steps for _ in range(whole)][:k]
            return sum(each) / len(each)
        case "mrr":
            return next(precision for found, precision, _ in steps if found)
        case "acc":
            return min(1.0, hits)
        case "apk/hits":
            return total / hits if hits else 0.0
    over = {"ap/exact": r, "ap/voc": r, "apk/min_rk": min(r, k), "apk/k": k, "apk/r": r, "apk/voc_min_rk": min(r, k)}
    return (envelope if "voc" in family else total) / over[family]

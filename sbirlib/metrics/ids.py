"""The names of the metrics: `ap/exact`, `apk/min_rk@200`, `p/k@100`, `acc@1`, ... and what each is called in print.

A cut-off and a denominator are part of the name and never implied: "mAP@200" alone has four meanings in print, from
.09 to .56 on one ranking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from torch import Tensor

from sbirlib.metrics.ap import ap_at, ap_first, ap_voc, average_precision
from sbirlib.metrics.cutoff import accuracy_at, ndcg_at, precision_at, recall_at, reciprocal_rank
from sbirlib.metrics.hits import Hits, as_hits

# family: (its variants, whether it takes a cut-off, what tables call it)
FAMILIES = {
    "ap": (("exact", "voc", "first"), None, "mAP@all"),
    "apk": (("hits", "min_rk", "k", "r", "voc_min_rk"), True, "mAP@{k}"),
    "p": (("k", "min_kN", "min_kR", "rank_k+1"), True, "P@{k}"),
    "acc": ((), True, "Acc@{k}"),
    "recall": ((), True, "R@{k}"),
    "mrr": ((), False, "MRR"),
    "ndcg": ((), True, "nDCG@{k}"),
}
EXAMPLES = "ap/exact, ap/voc, ap/first@10, apk/min_rk@200, p/k@100, acc@1, recall@10, mrr, ndcg@100"


@dataclass(frozen=True)
class Metric:
    """A metric, read from its name.

    >>> Metric.parse("apk/min_rk@200")
    Metric(family='apk', by='min_rk', k=200)
    """

    family: str
    by: str = ""
    k: int = 0

    @staticmethod
    def parse(name: str) -> Metric:
        match = re.fullmatch(r"([a-z]+)(?:/([^@]+))?(?:@(\d+))?", name)
        if not match or match[1] not in FAMILIES:
            raise ValueError(f"unknown metric {name!r}; examples: {EXAMPLES}")
        family, by, k = match[1], match[2] or "", int(match[3] or 0)
        variants, takes_k, _ = FAMILIES[family]
        if by not in (variants or ("",)):
            wanted = f"one of {', '.join(f'{family}/{v}' for v in variants)}" if variants else f"{family} alone"
            raise ValueError(f"metric {name!r}: expected {wanted}; got {f'/{by}' if by else 'no variant'}")
        if takes_k is None:
            takes_k = by == "first"
        if takes_k and k < 1:
            raise ValueError(f"metric {name!r} needs a cut-off of 1 or more, as in {name.split('@')[0]}@100")
        if not takes_k and match[3] is not None:
            raise ValueError(f"metric {name!r} takes no cut-off; got @{match[3]}")
        return Metric(family, by, k)

    @property
    def printed(self) -> str:
        """What tables call it, which hides the variant: `mAP@200`, `P@100`."""
        return FAMILIES[self.family][2].format(k=self.k)


def measure(hits: Tensor | Hits, metric: str | Metric) -> Tensor:
    """A metric by its name, for each query (Q,), of ranked relevance (Q, N) or of hits.

    >>> import torch
    >>> measure(torch.tensor([[1, 0, 1, 0]]), "p/k@2")
    tensor([0.5000], dtype=torch.float64)
    """
    m = Metric.parse(metric) if isinstance(metric, str) else metric
    hits = as_hits(hits)
    match m.family:
        case "ap":
            return (
                ap_first(hits, m.k) if m.by == "first" else average_precision(hits) if m.by == "exact" else ap_voc(hits)
            )
        case "apk":
            return ap_at(hits, m.k, m.by)
        case "p":
            return precision_at(hits, m.k, m.by)
        case "acc":
            return accuracy_at(hits, m.k)
        case "recall":
            return recall_at(hits, m.k)
        case "ndcg":
            return ndcg_at(hits, m.k)
    return reciprocal_rank(hits)

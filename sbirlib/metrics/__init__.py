"""Ranking metrics with their conventions by name, and measures of the gap between two modalities.

    sb.metrics.retrieval(query, gallery, query_labels, gallery_labels, preset="sbirlib")
    # {"mAP@all": ..., "mAP@200": ..., "P@100": ..., "P@200": ...}: tensors in, floats out

- `retrieval()`      from embeddings and labels, exact, in blocks; `from_scores()`, `from_ranked()`
- `PRESETS`          how each released code scores: sake, sem_pcyc, doodle2search, yelamarthi, zse_sbir, ma_sbir,
                     data_free_sbir, torchmetrics, and this book's own, sbirlib
- `measure()`        one metric by its id (`ap/exact`, `apk/min_rk@200`, `p/k@100`, ...), for each query
- `average_precision`, `ap_voc`, `ap_at`, `ap_first`, `precision_at`, `recall_at`, `accuracy_at`, `reciprocal_rank`,
  `ndcg_at`          the formulas, on ranked relevance or on `Hits`
- `Ties`             grouped, expected, pessimistic, random(seed), stable
- `gap()`            how far apart sketches and photos are, and each by itself: `from sbirlib.metrics.gap import mmd`

Needs torch and numpy, and nothing else.
"""

from sbirlib.metrics.ap import ap_at, ap_first, ap_voc, average_precision
from sbirlib.metrics.cutoff import accuracy_at, ndcg_at, precision_at, recall_at, reciprocal_rank
from sbirlib.metrics.gap import gap
from sbirlib.metrics.hits import Hits, ranked
from sbirlib.metrics.ids import Metric, measure
from sbirlib.metrics.presets import PRESETS, Preset
from sbirlib.metrics.retrieval import from_ranked, from_scores, retrieval
from sbirlib.metrics.ties import Ties

__all__ = [
    "PRESETS",
    "Hits",
    "Metric",
    "Preset",
    "Ties",
    "accuracy_at",
    "ap_at",
    "ap_first",
    "ap_voc",
    "average_precision",
    "from_ranked",
    "from_scores",
    "gap",
    "measure",
    "ndcg_at",
    "precision_at",
    "ranked",
    "recall_at",
    "reciprocal_rank",
    "retrieval",
]

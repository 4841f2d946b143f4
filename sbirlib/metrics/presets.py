"""Whose numbers are these? How each released code scores a ranking, by name.

Each preset says what the code computes, under the name that its tables print; `retrieval(..., preset="sake")` then
gives numbers that may stand beside that paper's (on the same split and gallery). Read off the repositories; the
departures are named. A sort that does not say how it breaks ties is taken as stable: storage order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """A way of scoring: what is printed under which name, and all that decides the numbers."""

    metrics: Mapping[str, str]
    """The printed name, and the id of what it stands for."""
    distance: str = "cosine"
    ties: str = "stable"
    no_relevant: str = "skip"
    average: str = "micro"
    note: str = ""


PRESETS: dict[str, Preset] = {
    "sbirlib": Preset(
        {"mAP@all": "ap/exact", "mAP@200": "apk/min_rk@200", "P@100": "p/k@100", "P@200": "p/k@200"},
        ties="grouped",
        note="This book's: exact AP as scikit-learn, a perfect list scores 1, storage order decides nothing.",
    ),
    "sake": Preset(
        {"mAP@all": "ap/voc", "P@100": "p/min_kN@100"},
        average="macro",
        note="Sorts by the Euclidean distance of unit vectors (cosine's order); prints means per class only; a query "
        "without a relevant photo is NaN, then left out. For its binary codes: distance='hamming'.",
    ),
    "sem_pcyc": Preset(
        {"mAP@all": "ap/exact", "mAP@200": "apk/hits@200", "P@100": "p/k@100", "P@200": "p/k@200"},
        distance="euclidean",
        ties="grouped",
        no_relevant="zero",
        note="scikit-learn's AP; mAP@200 is that of the top 200 alone: divided by the hits there. UCDR's is the same. "
        "Its argsort picks the members of the top k stably; here a tie across the cut is shared.",
    ),
    "doodle2search": Preset(
        {"mAP@all": "ap/exact", "mAP@200": "apk/hits@200", "P@200": "p/rank_k+1@200"},
        distance="euclidean",
        ties="grouped",
        no_relevant="zero",
        note="mAP@200 and P@200 are commented out in the release; that P@200 looks at rank 201 alone.",
    ),
    "yelamarthi": Preset(
        {"mAP@200": "apk/k@200", "P@200": "p/k@200"},
        no_relevant="zero",
        note="The CVAE's: the 200 nearest by cosine, the mean over all 200 ranks.",
    ),
    "zse_sbir": Preset(
        {"mAP@all": "ap/voc", "mAP@200": "apk/voc_min_rk@200", "P@100": "p/min_kR@100", "P@200": "p/min_kR@200"},
        note="Precision at min(k, R). The distance is the [Ret] token's (Euclidean of unit vectors, cosine's order); "
        "the relation network scores pairs, and its scores go through `from_scores`.",
    ),
    "ma_sbir": Preset(
        {"mAP@all": "ap/voc", "mAP@200": "apk/voc_min_rk@200", "P@100": "p/min_kR@100", "P@200": "p/min_kR@200"},
        note="ZSE-SBIR's evaluator, on cosine similarity.",
    ),
    "data_free_sbir": Preset(
        {"mAP@all": "ap/first@10", "mAP@200": "apk/hits@200"},
        note="Its mAP stops after 10 hits and divides by them; it computes no precision at k.",
    ),
    "torchmetrics": Preset(
        {"mAP@all": "ap/exact", "mAP@200": "apk/hits@200", "P@100": "p/k@100", "P@200": "p/k@200"},
        no_relevant="zero",
        note="As ClipPrompt, ICFRR and KD-SBIR call it, with top_k=200; without what 1.9.0 adds: items with a score of "
        "0 or less count as irrelevant there, so that negative distances give 0.",
    ),
}


def preset_called(name: str) -> Preset:
    """The preset of that name.

    >>> preset_called("yelamarthi").metrics["mAP@200"]
    'apk/k@200'
    """
    if name not in PRESETS:
        raise ValueError(f"a preset is one of {', '.join(sorted(PRESETS))}; got {name!r}")
    return PRESETS[name]

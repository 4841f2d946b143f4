"""Each preset against its numbers computed directly: its distance, its order, its denominators, its average."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from metrics_oracle import grouped, groups, naive
from sklearn.metrics import average_precision_score

from sbirlib.metrics import PRESETS, retrieval

G = torch.Generator().manual_seed(0)
LABELS, PHOTO_LABELS = torch.arange(24) % 5, torch.randint(4, (260,), generator=G)  # class 4 has no photos
CENTRES = torch.randn(5, 6, generator=G)
SKETCHES = CENTRES[LABELS] + 1.2 * torch.randn(24, 6, generator=G)
PHOTOS = CENTRES[PHOTO_LABELS] + 1.2 * torch.randn(260, 6, generator=G)
PHOTOS[1::9] = PHOTOS[0]  # duplicates under several labels: ties
QUERIES = [i for i in range(24) if LABELS[i] != 4]


def distances(kind: str) -> np.ndarray:
    s, p = SKETCHES.double().numpy(), PHOTOS.double().numpy()
    if kind == "unit":
        s, p = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (s, p))
    return np.round(np.sqrt(((s[:, None] - p[None]) ** 2).sum(2)), 10)  # duplicates stay equal


def orders(kind: str) -> dict[int, list[int]]:
    d = distances(kind)
    return {i: (PHOTO_LABELS[np.argsort(d[i], kind="stable")] == LABELS[i]).int().tolist() for i in QUERIES}


def mean(kind: str, name: str) -> float:
    return float(np.mean([naive(r, name) for r in orders(kind).values()]))


def sklearn_ap(kind: str) -> list[float]:
    d = distances(kind)
    return [average_precision_score(LABELS[i] == PHOTO_LABELS, -d[i]) for i in QUERIES]


def per_class(kind: str, name: str) -> float:
    values = {i: naive(r, name) for i, r in orders(kind).items()}
    return float(np.mean([np.mean([values[i] for i in QUERIES if LABELS[i] == c]) for c in range(4)]))


def shared(kind: str, name: str) -> float:
    """Where ties across the cut are shared: the plain oracle of grouped ties."""
    d = distances(kind)
    return float(
        np.mean([grouped((-d[i]).tolist(), (LABELS[i] == PHOTO_LABELS).int().tolist(), name) for i in QUERIES])
    )


ZERO = len(QUERIES) / 24  # what is left of a mean when queries without a relevant photo count 0
EXPECTED = {
    "sbirlib": {
        "mAP@all": lambda: np.mean(sklearn_ap("unit")),
        "mAP@200": lambda: shared("unit", "apk/min_rk@200"),
        "P@100": lambda: shared("unit", "p/k@100"),
        "P@200": lambda: shared("unit", "p/k@200"),
    },
    "sake": {"mAP@all": lambda: per_class("unit", "ap/voc"), "P@100": lambda: per_class("unit", "p/min_kN@100")},
    "sem_pcyc": {
        "mAP@all": lambda: np.mean(sklearn_ap("raw")) * ZERO,
        "mAP@200": lambda: shared("raw", "apk/hits@200") * ZERO,
        "P@100": lambda: shared("raw", "p/k@100") * ZERO,
        "P@200": lambda: shared("raw", "p/k@200") * ZERO,
    },
    "doodle2search": {
        "mAP@all": lambda: np.mean(sklearn_ap("raw")) * ZERO,
        "mAP@200": lambda: shared("raw", "apk/hits@200") * ZERO,
        "P@200": lambda: shared("raw", "p/rank_k+1@200") * ZERO,
    },
    "yelamarthi": {
        "mAP@200": lambda: mean("unit", "apk/k@200") * ZERO,
        "P@200": lambda: mean("unit", "p/k@200") * ZERO,
    },
    "data_free_sbir": {
        "mAP@all": lambda: mean("unit", "ap/first@10"),
        "mAP@200": lambda: mean("unit", "apk/hits@200"),
    },
    "torchmetrics": {
        "mAP@all": lambda: mean("unit", "ap/exact") * ZERO,
        "mAP@200": lambda: mean("unit", "apk/hits@200") * ZERO,
        "P@100": lambda: mean("unit", "p/k@100") * ZERO,
        "P@200": lambda: mean("unit", "p/k@200") * ZERO,
    },
    "zse_sbir": {
        "mAP@all": lambda: mean("unit", "ap/voc"),
        "mAP@200": lambda: mean("unit", "apk/voc_min_rk@200"),
        "P@100": lambda: mean("unit", "p/min_kR@100"),
        "P@200": lambda: mean("unit", "p/min_kR@200"),
    },
}
EXPECTED["ma_sbir"] = EXPECTED["zse_sbir"]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_computes_what_its_paper_does(name: str) -> None:
    found = retrieval(SKETCHES, PHOTOS, LABELS, PHOTO_LABELS, preset=name)
    want = {printed: float(compute()) for printed, compute in EXPECTED[name].items()}
    assert found == pytest.approx(want, abs=1e-6)


def test_the_gallery_here_has_ties_that_matter() -> None:
    d = distances("unit")
    mixed = [g for g in groups((-d[0]).tolist(), (LABELS[0] == PHOTO_LABELS).int().tolist()) if 0 < sum(g) < len(g)]
    assert mixed
    stable = retrieval(SKETCHES, PHOTOS, LABELS, PHOTO_LABELS, ties="stable")
    assert stable["mAP@all"] != retrieval(SKETCHES, PHOTOS, LABELS, PHOTO_LABELS)["mAP@all"]


def test_one_ranking_has_many_map_at_200() -> None:
    """The reason for the names: the same embeddings, by preset."""
    found = {name: retrieval(SKETCHES, PHOTOS, LABELS, PHOTO_LABELS, preset=name).get("mAP@200") for name in PRESETS}
    values = sorted({round(v, 4) for v in found.values() if v is not None})
    assert len(values) >= 5
    assert values[-1] > 1.2 * values[0]

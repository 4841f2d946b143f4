"""Side by side: the time and memory of mAP@all, mAP@200, P@100 and P@200 together, here and as people compute them.

    python benchmarks/metrics.py               the three sizes of the zero-shot benchmarks, 512 dimensions
    python benchmarks/metrics.py --quick       a small size, in seconds
    python benchmarks/metrics.py --quickdraw   92,291 x 54,151, ours and the floor only (minutes)
    ... --ship                                 puts the record among those that ship with the book

torchmetrics and pytorch-metric-learning are timed where they are installed (pip install them beside the book's own).

Every row is a process of its own on the same seeded embeddings; memory is what its peak adds to theirs. Slow ways are
timed on the queries the table names, and scaled to all of them; what they only start once is not timed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from sbirlib import runs as book
from sbirlib.runs.records import append

SIZES = ((2400, 27989, 30), (12694, 12553, 21), (15229, 17101, 25))
QUICK = ((300, 2000, 10),)
QUICKDRAW = ((92291, 54151, 30),)
CHECKED = 20  # queries whose exact AP all ways must agree on
Sets = tuple[Tensor, Tensor, Tensor, Tensor]
Run = Callable[[Tensor, Tensor, Tensor, Tensor], float | None]


def embeddings(queries: int, photos: int, classes: int, width: int = 512) -> Sets:
    """Unit vectors around class centres, labels in no order; made in place, so that the baseline has no peak."""
    g = torch.Generator().manual_seed(0)
    centres = 0.13 * torch.randn(classes, width, generator=g)
    sets = []
    for n in (queries, photos):
        labels, x = torch.randint(classes, (n,), generator=g), torch.empty(n, width)
        for start in range(0, n, 1024):
            part = slice(start, min(start + 1024, n))
            x[part] = normalize(torch.randn(x[part].shape, generator=g) + centres[labels[part]], dim=1)
        sets.append((x, labels))
    return sets[0][0], sets[1][0], sets[0][1], sets[1][1]


def ours(query: Tensor, gallery: Tensor, ql: Tensor, gl: Tensor) -> float:
    from sbirlib.metrics import retrieval

    return float(retrieval(query, gallery, ql, gl, per_query=True)["mAP@all"][:CHECKED].nanmean())


def floor(query: Tensor, gallery: Tensor, ql: Tensor, gl: Tensor) -> None:
    """The similarities alone, in float32, in the same blocks, each thrown away."""
    from sbirlib.metrics.scoring import default_block

    size = default_block(len(gallery), gallery.device)
    scores = torch.empty(min(size, len(query)), len(gallery))
    for start in range(0, len(query), size):
        part = query[start : start + size]
        torch.mm(part, gallery.T, out=scores[: len(part)])


def with_sklearn(query: Tensor, gallery: Tensor, ql: Tensor, gl: Tensor) -> float:
    """scikit-learn's AP a query through joblib, and one argsort for what looks at the top."""
    from joblib import Parallel, delayed
    from sklearn.metrics import average_precision_score

    scores, relevance = (query @ gallery.T).numpy(), (ql[:, None] == gl).numpy()
    found = Parallel(n_jobs=2)(delayed(average_precision_score)(r, s) for r, s in zip(relevance, scores, strict=True))
    ranked = np.take_along_axis(relevance, np.argsort(-scores, axis=1), axis=1)
    top = ranked[:, :200]
    precision = top.cumsum(axis=1) / np.arange(1, 201)
    _ = ((precision * top).sum(axis=1) / np.minimum(relevance.sum(axis=1), 200)).mean()
    _ = top[:, :100].mean(), top.mean()
    return float(np.mean(found[:CHECKED]))


def enveloped_ap(sorted_labels: Any, label: int, k: int | None) -> float:
    """Interpolated AP as several released evaluators go about it: sentinels, a backward loop, a sum over all items."""
    hit = sorted_labels == label
    total = min(int(hit.sum()), k) if k else int(hit.sum())
    hit = hit[:k] if k else hit
    right, wrong = np.cumsum(hit), np.cumsum(~hit)
    recall = [0.0, *(right / max(total, 1)), 1.0]
    precision = [0.0, *(right / (right + wrong)), 0.0]
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    return float(sum((r - before) * p for before, r, p in zip(recall[:-1], recall[1:], precision[1:], strict=True)))


def top_precision(sorted_labels: Any, label: int, k: int) -> float:
    hit = sorted_labels == label
    return float(hit[:k].sum() / min(k, int(hit.sum()) or 1))


def with_loops(query: Tensor, gallery: Tensor, ql: Tensor, gl: Tensor) -> None:
    """The whole argsort, then a pass of joblib over the queries for each of the four numbers."""
    from joblib import Parallel, delayed

    order = (-(query @ gallery.T)).numpy().argsort(axis=1)
    rows = list(zip(gl.numpy()[order], ql.tolist(), strict=True))
    for k in (None, 200):
        _ = np.nanmean(Parallel(n_jobs=2)(delayed(enveloped_ap)(row, label, k) for row, label in rows))
    for k in (100, 200):
        _ = np.nanmean(Parallel(n_jobs=2)(delayed(top_precision)(row, label, k) for row, label in rows))


def with_torchmetrics(query: Tensor, gallery: Tensor, ql: Tensor, gl: Tensor) -> float:
    from torchmetrics.functional.retrieval import retrieval_average_precision, retrieval_precision

    found = []
    for q, label in zip(query, ql, strict=True):
        scores, relevance = gallery @ q + 2, gl == label  # 1.9.0 takes what scores 0 or less for irrelevant
        found.append(float(retrieval_average_precision(scores, relevance)))
        retrieval_average_precision(scores, relevance, top_k=200)
        retrieval_precision(scores, relevance, top_k=100)
        retrieval_precision(scores, relevance, top_k=200)
    return float(np.mean(found[:CHECKED]))


def with_pml(query: Tensor, gallery: Tensor, ql: Tensor, gl: Tensor) -> float:
    """AP over the whole gallery; it has no P@k, and takes a second pass for the top 200."""
    from pytorch_metric_learning.distances import CosineSimilarity
    from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    from pytorch_metric_learning.utils.inference import CustomKNN

    found = 0.0
    for k in (len(gallery), 200):
        calculator = AccuracyCalculator(
            include=("mean_average_precision",), k=k, knn_func=CustomKNN(CosineSimilarity()), device=torch.device("cpu")
        )
        value = calculator.get_accuracy(query, ql, gallery, gl)["mean_average_precision"]
        found = found or float(value)
        if k == len(gallery) and len(query) > CHECKED:
            found = float(calculator.get_accuracy(query[:CHECKED], ql[:CHECKED], gallery, gl)["mean_average_precision"])
    return found


# name: (what the table says, the code, the queries it is timed on, the package it needs)
WAYS: dict[str, tuple[str, Run, int | None, str]] = {
    "floor": ("(e) the float32 similarities alone", floor, None, "torch"),
    "ours": ("sbirlib.metrics.retrieval", ours, None, "torch"),
    "sklearn": ("(a) scikit-learn a query, joblib; argsort", with_sklearn, 400, "sklearn"),
    "loops": ("(b) argsort, Python loops, 4 joblib passes", with_loops, 200, "joblib"),
    "torchmetrics": ("(c) torchmetrics a query", with_torchmetrics, 60, "torchmetrics"),
    "pml": ("(d) pytorch-metric-learning", with_pml, 60, "pytorch_metric_learning"),
}


def child(name: str, size: tuple[int, int, int], subset: int | None) -> dict[str, Any]:
    """One way's seconds and MiB, in this process."""
    _, run, _, _ = WAYS[name]
    query, gallery, ql, gl = embeddings(*size)
    run(query[:24], gallery[:600], ql[:24], gl[:600])  # imports, thread pools, joblib's processes
    query, ql = query[:subset], ql[:subset]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    value = run(query, gallery, ql, gl)
    seconds = time.perf_counter() - start
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "seconds": seconds,
        "mib": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / unit,
        "ap": value,
    }


def timed(name: str, size: tuple[int, int, int], subset: int | None) -> dict[str, Any]:
    job = [sys.executable, __file__, "--child", name, *map(str, size), str(subset or 0)]
    done = subprocess.run(job, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(
    sizes: Sequence[tuple[int, int, int]] | None = None,
    quick: bool = False,
    ways: Sequence[str] = tuple(WAYS),
    rounds: int | None = None,
) -> list[dict[str, Any]]:
    """Print the table for `sizes` of (queries, photos, classes), and give its rows."""
    sizes = sizes or (QUICK if quick else SIZES)
    rounds = rounds or (1 if quick or len(ways) == 2 else 5)
    print(f"mAP@all + mAP@200 + P@100 + P@200, 512 dimensions, {torch.get_num_threads()} threads; best of {rounds} for")
    print("ours and the floor; MiB is of the queries timed, without the processes that joblib starts\n")
    print("| queries x photos | way | timed on | seconds | MiB | x floor | x ours |")
    print("|---|---|---|---|---|---|---|")
    rows = []
    for size in sizes:
        runs: dict[str, dict[str, Any]] = {}
        for _ in range(rounds):  # in turn, so that a busy moment of the machine does not decide
            for name in (n for n in ("floor", "ours") if n in ways):
                run = timed(name, size, None)
                if name not in runs or run["seconds"] < runs[name]["seconds"]:
                    runs[name] = run
        for name in ways:
            title, _, subset, package = WAYS[name]
            where = f"{size[0]:,} x {size[1]:,}"
            if find_spec(package) is None:
                print(f"| {where} | {title} | | {package} is not installed | | | |", flush=True)
                continue
            subset = min(subset or size[0], 60 if quick and subset else size[0])
            run = runs.get(name) or timed(name, size, subset)
            seconds = run["seconds"] * size[0] / subset
            row = {"size": where, "way": title, "timed_on": subset, "seconds": seconds, "mib": run["mib"]}
            for ratio, other in (("times_floor", "floor"), ("times_ours", "ours")):
                row[ratio] = seconds / runs[other]["seconds"] if other in runs else None
            rows.append(row)
            ratios = ["" if row[r] is None else f"{row[r]:.2f}" for r in ("times_floor", "times_ours")]
            on = "all" if subset == size[0] else f"{subset}, scaled"
            print(f"| {where} | {title} | {on} | {seconds:.2f} | {run['mib']:.0f} | {' | '.join(ratios)} |", flush=True)
            if run["ap"] is not None and runs.get("ours") and abs(run["ap"] - runs["ours"]["ap"]) > 1e-4:
                raise AssertionError(f"{name}: AP of the first {CHECKED} is {run['ap']}; ours {runs['ours']['ap']}")
    return rows


if __name__ == "__main__":
    if "--child" in sys.argv:
        name, *numbers = sys.argv[2:]
        queries, photos, classes, subset = map(int, numbers)
        print(json.dumps(child(name, (queries, photos, classes), subset or None)))
        sys.exit()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--quickdraw", action="store_true")
    parser.add_argument("--ship", action="store_true")
    chosen = parser.parse_args()
    what = "quickdraw" if chosen.quickdraw else "quick" if chosen.quick else "benchmarks"
    with book.recording(f"benchmarks/metrics/{what}", config={"threads": torch.get_num_threads()}, seeds=[0]) as record:
        ways = ("floor", "ours") if chosen.quickdraw else tuple(WAYS)
        record.numbers["rows"] = main(QUICKDRAW if chosen.quickdraw else None, chosen.quick, ways)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", "benchmarks-metrics.jsonl")).name)

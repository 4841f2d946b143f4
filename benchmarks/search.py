"""Side by side: a gallery's search, here and elsewhere: seconds, memory, and how many of the true neighbours are found.

    python benchmarks/search.py            a million 512-d vectors, k = 100 (ten minutes, 6 GB of memory, 4 of disk)
    python benchmarks/search.py --quick    twenty thousand, in seconds
    ... --ship                             puts the record among those that ship with the book

FAISS and Qdrant are timed where they are installed: the extra "search" brings them. FAISS 1.15 makes the products of
fewer than 128,000 / d queries by itself; `search.Faiss` has BLAS make them, and both ways are timed. Qdrant's embedded
mode is made for 20,000 vectors and timed on as many, beside `Exact`; its server is another program, and not timed here.

The vectors have what embeddings of photos have and noise has not: classes, and far fewer dimensions than numbers.
200 centres in 32 dimensions, points around them at six tenths of the centres' spread, through a fixed random layer
(tanh) into 512 dimensions, a twentieth of noise, length 1. Queries are other points of the same kind.

Every row is a process of its own with two threads (numba's, in Codes, is one), which maps the same file of vectors.
Memory is what the process holds beyond that file and its imports: after the search, and at its peak while it builds
and searches. Items are not counted: all have one and the same. Times are the best of several (ten queries, each by
itself; a hundred at once, three times; and all ways three times, in turn), since a busy machine only ever adds. NumPy's
loop over a hundred is timed on ten and scaled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from sbirlib import runs as book
from sbirlib import search
from sbirlib.runs.records import append
from sbirlib.search.engine import Engine, Item

SIZE, SMALL = 1_000_000, 20_000
DIM, K, QUERIES, THREADS, ROUNDS = 512, 100, 100, 2, 3
BLOCK = 2**16
CLASSES, LATENT = 200, 32
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def points(n: int, seed: int) -> Iterator[Floats]:
    """n unit vectors, in blocks."""
    world, g = torch.Generator().manual_seed(0), torch.Generator().manual_seed(seed)
    centres = torch.randn(CLASSES, LATENT, generator=world)
    into = torch.randn(LATENT, DIM, generator=world) / LATENT**0.5
    for start in range(0, n, BLOCK):
        some = min(BLOCK, n - start)
        z = centres[torch.randint(CLASSES, (some,), generator=g)] + 0.6 * torch.randn(some, LATENT, generator=g)
        yield normalize(torch.tanh(z @ into) + 0.05 * torch.randn(some, DIM, generator=g), dim=1).numpy()


def write_points(file: Path, n: int) -> None:
    out = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=(n, DIM))
    for number, block in enumerate(points(n, seed=1)):
        out[number * BLOCK : number * BLOCK + len(block)] = block
    out.flush()


def held() -> float:
    """MiB of this process's own memory, without the files it maps."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    raise OSError("memory is read from /proc/self/status: this benchmark runs on Linux")


@contextmanager
def peak() -> Iterator[list[float]]:
    """The largest of `held`, looked at a hundred times a second."""
    found, over = [held()], threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            found[0] = max(found[0], held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()
        found[0] = max(found[0], held())


class Numpy:
    """The loop that one writes first; `sort` ranks the whole gallery, or only what `partition` leaves."""

    def __init__(self, sort: str) -> None:
        self.sort = sort

    def build(self, vectors: Floats) -> None:
        self.vectors = np.array(vectors)

    def search(self, queries: Floats) -> Ints:
        return np.stack([self.one(query) for query in queries])

    def one(self, query: Floats) -> Ints:
        scores = self.vectors @ query
        if self.sort == "argsort":
            return np.argsort(-scores)[:K]
        best = np.argpartition(-scores, K)[:K]
        return np.asarray(best[np.argsort(-scores[best])])


class Ours:
    """An engine of `sbirlib.search`."""

    def __init__(self, engine: Any) -> None:
        self.engine: Engine = engine

    def build(self, vectors: Floats) -> None:
        self.engine.start(search.Card("points", "benchmark", DIM))
        # Codes and FAISS's cells learn from the first that they are given: all
        self.engine.add(torch.from_numpy(vectors), [Item("", {})] * len(vectors))

    def search(self, queries: Floats) -> Ints:
        return self.engine.search(torch.from_numpy(queries), K)[1].numpy()


# name: (what the table says, the engine, the package it needs, the settings that are timed one after another)
WAYS: dict[str, tuple[str, Callable[[], Any], str, tuple[int, ...]]] = {
    "exact": ("Exact", lambda: Ours(search.Exact()), "torch", ()),
    "codes64": ("Codes, 64 bits", lambda: Ours(search.Codes(64)), "torch", ()),
    "codes256": ("Codes, 256 bits", lambda: Ours(search.Codes(256)), "torch", ()),
    "argsort": ("NumPy loop, argsort", lambda: Numpy("argsort"), "numpy", ()),
    "argpartition": ("NumPy loop, argpartition", lambda: Numpy("argpartition"), "numpy", ()),
    "flat": ("FAISS flat, BLAS", lambda: Ours(search.Faiss()), "faiss", ()),
    "default": ("FAISS flat, as it comes", lambda: Ours(search.Faiss(blas=False)), "faiss", ()),
    "ivf": ("FAISS IVF", lambda: Ours(search.Faiss("ivf", lists=LISTS)), "faiss", (1, 4, 16, 64)),
    "qdrant": ("Qdrant, embedded", lambda: Ours(search.Qdrant("points")), "qdrant_client", ()),
}
LISTS = 1024


def child(name: str, folder: Path) -> list[dict[str, Any]]:
    """One way's rows, in this process."""
    title, make, _, settings = WAYS[name]
    torch.set_num_threads(THREADS)
    vectors = np.load(folder / "points.npy", mmap_mode="c")
    queries = np.concatenate([*points(QUERIES, seed=2)])
    way, truth = make(), folder / "truth.npy"
    if find_spec("faiss") is not None and name in ("flat", "default", "ivf"):
        book.require("faiss", extra="search").omp_set_num_threads(THREADS)
    before = held()
    rows = []
    with peak() as highest:
        start = time.perf_counter()
        way.build(vectors)
        build = time.perf_counter() - start
        for setting in settings or (None,):
            if setting is not None:
                way.engine.probes = setting
            found, one, many = timed(way, queries)
            if name == "exact":
                np.save(truth, found)
            rows.append(
                {
                    "way": title if setting is None else f"{title}, {setting} of {LISTS} cells",
                    "vectors": len(vectors),
                    "build_s": build,
                    "one_s": one,
                    "hundred_s": many,
                    "recall": recall(found, np.load(truth)[: len(found)]),
                    "held_mib": held() - before,
                }
            )
    return [row | {"peak_mib": highest[0] - before} for row in rows]


def timed(way: Any, queries: Floats) -> tuple[Ints, float, float]:
    """What is found, seconds of one query, and of a hundred at once."""
    way.search(queries[:2])  # thread pools, compiled functions, pages of memory
    singles = []
    for number in range(10):
        start = time.perf_counter()
        way.search(queries[number : number + 1])
        singles.append(time.perf_counter() - start)
    some = queries[:10] if isinstance(way, Numpy) else queries
    batches = []
    for _ in range(3):
        start = time.perf_counter()
        found = way.search(some)
        batches.append(time.perf_counter() - start)
    return found, min(singles), min(batches) * len(queries) / len(some)


def recall(found: Ints, truth: Ints) -> float:
    """The share of the true k nearest that is among the k that were found."""
    shared = [len(set(a) & set(b)) for a, b in zip(found.tolist(), truth.tolist(), strict=True)]
    return sum(shared) / truth.size


def files(folder: Path) -> dict[str, float]:
    """A gallery's file: seconds to write and to load it, its size, and what its load adds to memory."""
    vectors = torch.from_numpy(np.load(folder / "points.npy", mmap_mode="c"))
    gallery = search.Gallery()
    gallery.add_vectors(vectors, digest="benchmark")
    with peak() as highest:
        before, start = held(), time.perf_counter()
        file = gallery.save(folder / "gallery.safetensors")
        save = time.perf_counter() - start
    start = time.perf_counter()
    again = search.Gallery.load(file)
    load = time.perf_counter() - start
    assert again.search(vector=vectors[7], k=3).keys == gallery.search(vector=vectors[7], k=3).keys
    size = file.stat().st_size / 2**20
    file.unlink()
    return {"save_s": save, "load_s": load, "file_mib": size, "save_peak_mib": highest[0] - before}


def apart(name: str, folder: Path) -> Any:
    """A way in a process of its own."""
    threads = {variable: str(THREADS) for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    job = [sys.executable, __file__, "--child", name, str(folder)]
    done = subprocess.run(job, capture_output=True, text=True, env={**os.environ, **threads})
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def table(size: int, ways: list[str]) -> list[dict[str, Any]]:
    """Print the rows of the ways over `size` vectors, and give them; the first way is the truth."""
    print(f"\n{size:,} vectors of {DIM} numbers, k = {K}, {THREADS} threads\n")
    print(f"| way | build s | 1 query ms | {QUERIES} queries s | recall@{K} | MiB held | MiB peak |")
    print("|---|---|---|---|---|---|---|")
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_points(folder / "points.npy", size)
        there = [way for way in ways if find_spec(WAYS[way][2]) is not None]
        runs = [[apart(way, folder) for way in there] for _ in range(ROUNDS)]
        for way in ways:
            title, _, package, _ = WAYS[way]
            if way not in there:
                print(f"| {title} | {package} is not installed | | | | | |", flush=True)
                continue
            for again in zip(*(run[there.index(way)] for run in runs), strict=True):
                row = again[0] | {time: min(each[time] for each in again) for time in ("build_s", "one_s", "hundred_s")}
                rows.append(row)
                print(
                    f"| {row['way']} | {row['build_s']:.1f} | {1000 * row['one_s']:.2f} | {row['hundred_s']:.3f} "
                    f"| {row['recall']:.3f} | {row['held_mib']:.0f} | {row['peak_mib']:.0f} |",
                    flush=True,
                )
                if way in ("argsort", "argpartition", "flat", "default") and row["recall"] < 0.999:
                    raise AssertionError(f"{way} and Exact should find the same; they share {row['recall']:.4f}")
        kept = apart("files", folder)
        rows.append({"way": "Gallery.save and load", "vectors": size, **kept})
        print(
            f"\nA gallery's file of {kept['file_mib']:.0f} MiB: written in {kept['save_s']:.1f} s with "
            f"{kept['save_peak_mib']:.0f} MiB more, loaded in {kept['load_s']:.1f} s",
            flush=True,
        )
    return rows


def main(quick: bool = False) -> list[dict[str, Any]]:
    """Both tables: the large gallery, and what the embedded Qdrant is made for."""
    ways = [way for way in WAYS if way != "qdrant"]
    rows = [] if quick else table(SIZE, ways)
    return rows + table(SMALL, [*ways, "qdrant"] if quick else ["exact", "qdrant"])


def versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in ("faiss-cpu", "qdrant-client", "numba") if find_dist(name)}


def find_dist(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    if "--child" in sys.argv:
        way, where = sys.argv[2:]
        print(json.dumps(files(Path(where)) if way == "files" else child(way, Path(where))))
        sys.exit()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ship", action="store_true")
    chosen = parser.parse_args()
    config = {"threads": THREADS, "dim": DIM, "k": K, "queries": QUERIES, "lists": LISTS, "packages": versions()}
    with book.recording(
        f"benchmarks/search/{'quick' if chosen.quick else 'million'}", config=config, seeds=[0]
    ) as record:
        record.numbers["load"] = os.getloadavg()[0]  # of others, before it starts
        record.numbers["rows"] = main(chosen.quick)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", "benchmarks-search.jsonl")).name)

"""Side by side: photos a second from JPEG files, here and through torchvision's ImageFolder and a DataLoader.

    python benchmarks/data.py            600 photos of each size; some minutes
    python benchmarks/data.py --quick    120 photos of one size, in seconds
    ... --ship                           puts the record among those that ship with the book

Both give shuffled batches of 64 as uint8 tensors (3, side, side), middle crop, with as many workers as there are
cores: processes there (already started, which is not timed), threads here. The photos are made here: smooth light,
edges and a little noise, so that they compress as photographs do. What is timed is an epoch, the best of several in
turn; the cache's row is a later epoch, what it costs to make it once stands beside it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor
from torch.utils.data import DataLoader

from sbirlib import data
from sbirlib import runs as book
from sbirlib.data.layouts.index import Index, from_file, to_bytes
from sbirlib.runs.records import append

SIZES = ((500, 375), (640, 480), (1024, 768))
SIDES = (224, 64)
CLASSES = 6
BATCH = 64
WORKERS = os.cpu_count() or 1
ROWS = 200_000


def photo(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Light that falls off, some shapes with soft and hard edges, texture and a camera's noise."""
    width, height = size
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    light = np.stack([rng.uniform(60, 200) + rng.uniform(-60, 60) * x + rng.uniform(-60, 60) * y for _ in "rgb"], -1)
    image = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(25):
        left, top = rng.uniform(0, width), rng.uniform(0, height)
        box = (left, top, left + rng.uniform(10, width / 2), top + rng.uniform(10, height / 2))
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        (draw.ellipse if rng.random() < 0.6 else draw.rectangle)(box, fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(1.2))
    coarse = rng.normal(0, 12, (height // 8 + 1, width // 8 + 1))
    texture = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    noisy = np.asarray(image, dtype=np.float64) + texture[..., None] + rng.normal(0, 4, (height, width, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def written(root: Path, size: tuple[int, int], count: int) -> float:
    """`count` photos below root/photo; gives their mean size in KB."""
    rng = np.random.default_rng(0)
    files = [root / "photo" / f"class {number % CLASSES}" / f"{number}.jpg" for number in range(count)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        photo(size, rng).save(file, quality=90)
    return sum(file.stat().st_size for file in files) / count / 1000


def theirs(root: Path, side: int) -> Callable[[], Iterator[Tensor]]:
    """torchvision as its documentation goes about it, with processes that stay."""
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    steps = [transforms.Resize(side), transforms.CenterCrop(side), transforms.PILToTensor()]
    folder = ImageFolder(str(root / "photo"), transforms.Compose(steps))
    loader = DataLoader(folder, batch_size=BATCH, shuffle=True, num_workers=WORKERS, persistent_workers=True)

    def epoch() -> Iterator[Tensor]:
        for images, _ in loader:
            yield images

    return epoch


def ours(photos: data.ImageSet, side: int) -> Callable[[], Iterator[Tensor]]:
    """Rows of an ImageSet: decoded in threads, or from its cache where it was kept."""

    def epoch() -> Iterator[Tensor]:
        order = torch.randperm(len(photos))
        for start in range(0, len(photos), BATCH):
            yield photos.pixels(order[start : start + BATCH], side).contiguous()

    return epoch


def seconds(epoch: Callable[[], Iterator[Tensor]], count: int, side: int) -> float:
    start = time.perf_counter()
    shapes = [tuple(images.shape) for images in epoch()]
    taken = time.perf_counter() - start
    if sum(shape[0] for shape in shapes) != count or any(shape[1:] != (3, side, side) for shape in shapes):
        raise AssertionError(f"{count} photos of 3 x {side} x {side} were expected; got {shapes}")
    return taken


def compared(size: tuple[int, int], side: int, root: Path, count: int, turns: int) -> list[dict[str, Any]]:
    """The three ways on the same files, each the best of `turns`."""
    photos = data.load("folder", root=root).photos
    cached = data.load("folder", root=root).photos
    start = time.perf_counter()
    cached.keep(side)
    making = time.perf_counter() - start
    ways = {
        "ImageFolder + DataLoader": theirs(root, side),
        "sbirlib, from the files": ours(photos, side),
        "sbirlib, from its cache": ours(cached, side),
    }
    best: dict[str, float] = {}
    for turn in range(turns + 1):  # in turn, so that a busy moment of the machine does not decide; the first warms up
        for name, epoch in ways.items():
            taken = seconds(epoch, count, side)
            if turn:
                best[name] = min(taken, best.get(name, taken))
    plain = best["ImageFolder + DataLoader"]
    rows = []
    for name, taken in best.items():
        row = {"photos": f"{size[0]} x {size[1]}", "side": side, "way": name, "per_second": count / taken}
        rows.append(row | {"times": plain / taken, "making": making if "cache" in name else None})
    return rows


def index_seconds(folder: Path) -> float:
    """Reading the index of 200,000 files, as long as Sketchy's names; the best of five."""
    paths = [f"EXTEND_image_sketchy/class_{n % 125:03}/n{n % 9000000:08}_{n}.jpg" for n in range(ROWS)]
    zeros = np.zeros(ROWS, dtype=np.int64)
    names = [path.removeprefix("EXTEND_image_sketchy/")[:-4] for path in paths]
    columns = ("room", "label", "problem", "start", "length", "modified", "width", "height", "checksum")
    whole = Index(
        "stamp", ("a",), ("",), ("r",), ("extend",), paths, names, [""] * ROWS, **dict.fromkeys(columns, zeros)
    )
    (folder / "index.npz").write_bytes(to_bytes(whole))
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        read = from_file(folder / "index.npz")
        taken.append(time.perf_counter() - start)
        if read is None or read.paths != paths:
            raise AssertionError("the index that was read is another one")
    return min(taken)


def tabled(folder: Path, sizes: Sequence[tuple[int, int]], count: int, turns: int) -> list[dict[str, Any]]:
    """The table's rows, printed as they come."""
    rows: list[dict[str, Any]] = []
    print("| photos | side | way | photos/s | x ImageFolder | made in |\n|---|---|---|---|---|---|")
    for size in sizes:
        root = folder / f"{size[0]}"
        kilobytes = written(root, size, count)
        for side in SIDES:
            for row in compared(size, side, root, count, turns):
                rows.append(row | {"kb": kilobytes})
                made = f"{row['making']:.1f} s" if row["making"] else ""
                shown = f"{row['photos']}, {kilobytes:.0f} KB | {side} | {row['way']} | {row['per_second']:.0f}"
                print(f"| {shown} | {row['times']:.2f} | {made} |", flush=True)
    return rows


def main(quick: bool = False) -> dict[str, Any]:
    """Print the tables, and give their numbers."""
    sizes, count, turns = (SIZES[1:2], 120, 2) if quick else (SIZES, 600, 8)
    print(f"{count} JPEGs of each size, batches of {BATCH}, {WORKERS} workers, best of {turns} epochs\n")
    # the cache is made anew, and goes with the photos
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, SBIR_BUILD=f"{folder}/build"):
        rows = tabled(Path(folder), sizes, count, turns)
        reading = index_seconds(Path(folder))
    print(f"\nthe index of {ROWS:,} files is read in {1000 * reading:.0f} ms")
    return {"rows": rows, "index_seconds": reading, "index_rows": ROWS}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ship", action="store_true")
    chosen = parser.parse_args()
    what = "quick" if chosen.quick else "benchmarks"
    with book.recording(f"benchmarks/data/{what}", config={"workers": WORKERS, "batch": BATCH}, seeds=[0]) as record:
        record.numbers |= main(chosen.quick)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", "benchmarks-data.jsonl")).name)

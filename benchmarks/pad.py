"""From a stroke at the pad to the photos it finds: 10,000 photos of the drawn world, the tiny CLIP, two cores.

    python benchmarks/pad.py            in the kernel, and in JupyterLab where there is a browser (some minutes)
    python benchmarks/pad.py --quick    a small gallery and few strokes, in a minute
    ... --ship                          puts the record among those that ship with the book

In the kernel: from the page's message, as it comes with every stroke, to the answer, thumbnails included; sketches of
the world are drawn stroke by stroke. In JupyterLab: from the mouse button's release until the photos are on the screen
of a headless Chromium, which paints without a graphics card on the same cores.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import sbirlib as sb
from sbirlib import runs as book
from sbirlib.pad import Pad, Searchable
from sbirlib.runs.records import append

sys.path.insert(0, str(book.path("root")))  # the tests' JupyterLab

PHOTOS, STROKES, DRAWN = 10_000, 200, 60
QUICK = (500, 30, 12)
PACE = 8
"""Milliseconds between two positions of the mouse, as a mouse reports them."""
Drawing = list[list[list[float]]]


def gallery(photos: int) -> Searchable:
    """What is searched: so many photos of all classes, by the tiny CLIP as it is."""
    from sbirlib.search import Gallery

    torch.set_num_threads(2)
    model = sb.models.FrozenCLIP(sb.encoders.clip("tiny"))
    found = sb.load("world", per_class=-(-photos // 100)).photos
    searchable: Searchable = Gallery(
        model, found.take(slice(0, None, max(1, len(found) // photos))).take(slice(photos))
    )
    return searchable


def drawings(strokes: int) -> list[Drawing]:
    """Sketches of the world until they have so many strokes."""
    sketches = sb.load("world", per_class=4).unseen.sketches
    found: list[Drawing] = []
    for row in np.random.default_rng(0).permutation(len(sketches)).tolist():
        if sum(map(len, found)) >= strokes:
            break
        found.append([way.clip(0, 1).round(4).tolist() for way in sketches.strokes(row)])
    return found


def in_the_kernel(searchable: Searchable, strokes: int) -> dict[str, list[float]]:
    """Milliseconds of each message, by what they went into."""
    pad = Pad(searchable, strokes=[])
    pad.widget.send = lambda message, buffers: None
    model = getattr(searchable, "model", None)
    embedding: list[float] = []
    if model is not None:
        model.embed = clocked(model.embed, embedding)
    times: dict[str, list[float]] = {"whole": [], "render": [], "embed": [], "search": [], "thumbnails": []}
    for drawing in [*drawings(strokes)[:1], *drawings(strokes)]:  # the first one twice: it warms up, and is not counted
        for count in range(1, len(drawing) + 1):
            step = {"strokes": drawing[:count], "example": False, "back": False}
            embedding.clear()
            started = time.perf_counter()
            pad.heard({"kind": "paper", "front": "", "turn": count, "steps": [step], "live": None})
            times["whole"].append(1000 * (time.perf_counter() - started))
            if pad.problem:
                times["whole"].pop()  # a first speck
                continue
            times["embed"].append(sum(embedding))
            times["render"].append(pad.times["render"])
            times["search"].append(pad.times["search"] - sum(embedding))
            times["thumbnails"].append(pad.times["thumbnails"])
    first = len(drawings(strokes)[0])
    return {name: values[first:] for name, values in times.items()}


def clocked(embed: Callable[[Tensor, str], Tensor], spent: list[float]) -> Callable[[Tensor, str], Tensor]:
    def timed(images: Tensor, modality: str) -> Tensor:
        started = time.perf_counter()
        found = embed(images, modality)
        spent.append(1000 * (time.perf_counter() - started))
        return found

    return timed


def in_jupyterlab(photos: int, strokes: int) -> dict[str, list[float]] | str:
    """Milliseconds from each release of the mouse button until the photos are shown, or why they were not measured."""
    from tests.conftest import BROWSERS, FLAGS

    executable = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if executable is None:
        return f"no browser here; one of {', '.join(BROWSERS)} is needed"
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return "playwright is not installed"
    from tests.pad.lab import jupyter, pad_of, run_all

    cells = [
        "from benchmarks.pad import gallery\nfrom sbirlib.pad import Pad",
        f"Pad(gallery({photos}), strokes=[[[0, 0.2], [1, 0.8]]])",
    ]
    times: dict[str, list[float]] = {"shown": [], "kernel": []}
    with tempfile.TemporaryDirectory() as folder, jupyter(Path(folder), cells) as address, sync_playwright() as driver:
        page: Any = driver.chromium.launch(executable_path=executable, args=list(FLAGS)).new_page()
        page.goto(address)
        run_all(page, seconds=600)
        paper = page.locator("canvas.sbir-paper").bounding_box()
        for drawing in drawings(strokes):
            page.get_by_role("button", name="Clear", exact=True).click()
            for stroke in drawing:
                spots = [(paper["x"] + x * paper["width"], paper["y"] + y * paper["height"]) for x, y in stroke]
                page.mouse.move(*spots[0])
                page.mouse.down()
                for spot in spots[1:]:
                    page.mouse.move(*spot)
                    page.wait_for_timeout(PACE)
                page.mouse.up()
                page.wait_for_selector(".sbir-pad[data-state=shown]")
                if (seen := pad_of(page))["keys"]:
                    times["shown"].append(float(seen["milliseconds"]))
                    times["kernel"].append(float(seen["kernel"]))
    return times


def main(quick: bool = False) -> dict[str, Any]:
    """Print the tables, and give their numbers."""
    photos, strokes, drawn = QUICK if quick else (PHOTOS, STROKES, DRAWN)
    searchable = gallery(photos)
    print(
        f"{photos:,} photos, {torch.get_num_threads()} threads; milliseconds\n\n| what | median | 95 % |\n|---|---|---|"
    )
    numbers: dict[str, Any] = {"kernel": table(in_the_kernel(searchable, strokes), "in the kernel: ")}
    found = in_jupyterlab(photos, drawn)
    if isinstance(found, str):
        print(f"\nJupyterLab was not measured: {found}")
    else:
        numbers["jupyterlab"] = table(found, "in JupyterLab: ")
    return numbers


def table(times: dict[str, list[float]], title: str) -> dict[str, Any]:
    rows: dict[str, Any] = {"count": len(next(iter(times.values())))}
    for name, values in times.items():
        rows[name] = {"median": float(np.median(values)), "95 %": float(np.percentile(values, 95))}
        print(f"| {title}{name} | {rows[name]['median']:.1f} | {rows[name]['95 %']:.1f} |", flush=True)
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ship", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(2)
    what, config = ("quick" if chosen.quick else "full"), {"threads": 2, "photos": QUICK[0] if chosen.quick else PHOTOS}
    with book.recording(f"benchmarks/pad/{what}", config=config, seeds=[0]) as record:
        record.numbers |= main(chosen.quick)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", "benchmarks-pad.jsonl")).name)

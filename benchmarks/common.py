"""What several of these scripts share: real data at hand, shorter runs, cards of a model, comparisons over seeds."""

from __future__ import annotations

import argparse
import copy
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import sbirlib as sb
from sbirlib import runs as book
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import phrase
from sbirlib.encoders import Cnn, cnn
from sbirlib.models import Centred, Model
from sbirlib.models.contract import Recipe
from sbirlib.protocols.card import ScoreCard
from sbirlib.protocols.compare import Comparison, compare_classes
from sbirlib.runs.records import Record, append

SIDE = 112
"""The photos have 64 pixels; at 224 each step takes four times as long."""
DATA = os.environ.get("SBIR_DATA", "data")
BITS = 64
Cards = dict[str, ScoreCard]


def options(doc: str | None) -> argparse.ArgumentParser:
    """What every one of these scripts takes."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--ship", action="store_true")
    return parser


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """What those on real data take."""
    parser = options(doc)
    parser.add_argument("root", nargs="?", default=f"{DATA}/quickdraw-tiny")
    parser.add_argument("weights", nargs="?", default=f"{DATA}/weights/squeezenet1_1-imagenet-features.safetensors")
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """What was asked for; where the data are not there, the script says so and ends."""
    chosen = parser.parse_args()
    if not Path(chosen.root).is_dir() or not Path(chosen.weights).is_file():
        print(f"skipped: {chosen.root} or {chosen.weights} is not there; give both, or their parent as SBIR_DATA")
        raise SystemExit(0)
    return chosen


def short(recipe: Recipe, quick: bool) -> Recipe:
    return replace(recipe, steps=2) if quick else recipe


def sentences(bench: Benchmark) -> list[str]:
    """The prompts of all classes, whose words the text tower is to know."""
    return [phrase(kind, name) for name in bench.classes for kind in ("photo", "sketch")]


def network(weights: str) -> Cnn:
    net = cnn("squeezenet1_1", weights)
    net.preprocess = replace(net.preprocess, size=SIDE)
    return net


def scored(model: Model, bench: Benchmark, name: str, *, bits: bool = False, generalized: bool = False) -> Cards:
    """As it is and without the seen classes' mean of each modality, in 64 bits and generalized where that is asked for;
    printed in a line."""
    centred = Centred(copy.deepcopy(model))
    sb.fit(centred, bench, batch=64)
    found = {name: sb.evaluate(model, bench), f"{name}, centred": sb.evaluate(centred, bench)}
    if bits:
        found[f"{name}, binary"] = sb.evaluate(model, bench, bits=BITS)
    if generalized:
        found[f"{name}, generalized"] = sb.evaluate(model, bench, "generalized")
    ways = ("as it is" if key == name else key.removeprefix(f"{name}, ") for key in found)
    said = (f"{way} {card['mAP@all']:.3f}" for way, card in zip(ways, found.values(), strict=True))
    print(f"{name:32}" + "  ".join(said), flush=True)
    return found


def kept(
    chosen: argparse.Namespace,
    name: str,
    config: Mapping[str, Any],
    run: Callable[[], list[Cards]],
    pairs: Iterable[tuple[str, str]],
) -> None:
    """Run a study and print what it compares; all of it goes into a record, which ships where that is asked for."""
    what = "quick" if chosen.quick else "tuning" if getattr(chosen, "tune", False) else "benchmarks"
    with book.recording(f"benchmarks/{name}/{what}", config=config, seeds=range(chosen.seeds)) as record:
        found = run()
        written(found, record)
        for comparison in compared(found, pairs):
            print(comparison)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", f"benchmarks-{name}.jsonl")).name)


def compared(found: list[Cards], pairs: Iterable[tuple[str, str]]) -> list[Comparison]:
    """Pairs of what was measured, over classes and seeds; of a single seed, none. A dictionary is a seed."""

    def side(name: str) -> list[dict[str, float]]:
        return [own[name].per_class("mAP@all") for own in found]

    asked = [pair for pair in pairs if len(found) > 1 and set(pair) <= set(found[0])]
    return [compare_classes(side(one), side(other), names=(one, other)) for one, other in asked]


def written(found: list[Cards], record: Record) -> None:
    """All cards in a record, those of models as they are class by class."""
    for seed, own in enumerate(found):
        for name, card in own.items():
            card.into(record, f"{name}, seed {seed}", per_class=not name.endswith((", binary", ", generalized")))

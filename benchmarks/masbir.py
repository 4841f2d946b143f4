"""MA-SBIR, its controls and ours on real sketches and photos of yours, from a small image network.

    python benchmarks/masbir.py ROOT WEIGHTS            a folder of sketch/<class>/* and photo/<class>/*; SqueezeNet's
                                                        ImageNet features as safetensors (torchvision's names)
    python benchmarks/masbir.py ROOT WEIGHTS --tune     on validation classes instead of unseen ones
    python benchmarks/masbir.py ROOT WEIGHTS --quick    a few steps: numbers mean nothing
    ... --ship                                          puts the record among those that ship with the book

The network is no CLIP, so it becomes one first: a text tower is tuned to it on the seen classes, the network locked
(`sb.encoders.pair`). From that start, which is the same for all, each method trains the network itself. Every third
class is unseen. Rows that end in "centred" are asked without each modality's mean over the seen classes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from common import SIDE, Cards, arguments, kept, network, parsed, sentences, short
from pairing import RECIPE as PAIRING

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import Clip, pair
from sbirlib.models import MASBIR, Anchored, DirectAligned, FrozenCLIP, MeanCentred, Model, TextAligned
from sbirlib.models.contract import CENTRED, Recipe
from sbirlib.models.controls import OnClip

TRAINING = Recipe(steps=100, batch=64, lr=3e-4)
METHODS: dict[str, Callable[[Clip], Model]] = {
    "TextAligned": lambda clip: TextAligned(clip, captions="class"),
    "MASBIR": lambda clip: MASBIR(clip, spread=0.02),
    "Anchored, towards names": Anchored,
    "Anchored, towards photos": lambda clip: Anchored(clip, texts=0.0, photos=1.0),
    "DirectAligned": DirectAligned,
}
COMPARED = [
    ("TextAligned", "MASBIR"),
    ("MASBIR", "MASBIR, converted"),
    ("start, centred", "MASBIR"),
    ("TextAligned, centred", "Anchored, towards names"),
    ("start, centred", "Anchored, towards names"),
    ("start, centred", "TextAligned, centred"),
    ("DirectAligned", "MASBIR"),
]


def started(weights: str, bench: Benchmark, seed: int, quick: bool) -> Clip:
    """The network with a text tower that knows the seen classes, free to learn from now on."""
    encoder = pair(network(weights), sentences(bench), seed=seed)
    recipe = short(PAIRING, quick)
    sb.fit(TextAligned(encoder, by_class=True, captions="class"), bench, seed=seed, recipe=recipe)
    tower: Any = encoder.visual
    tower.locked = False
    return encoder


def cards(model: Model, bench: Benchmark, name: str) -> Cards:
    """The score as the model is asked, and without each modality's mean over the seen classes; converted queries."""
    found = {name: sb.evaluate(model, bench, cache=False)}
    if isinstance(model, OnClip) and CENTRED in model.ways:
        centred = MeanCentred(model.encoder)
        sb.fit(centred, bench, batch=64)
        found[f"{name}, centred"] = sb.evaluate(centred, bench, cache=False)
    if isinstance(model, MASBIR):
        found[f"{name}, converted"] = sb.evaluate(model.asking("converted"), bench, cache=False)
    return found


def measured(bench: Benchmark, weights: str, quick: bool, seeds: int, methods: list[str]) -> list[Cards]:
    """The cards of a start of each seed and of every method from it, printed as they come."""
    found: list[Cards] = []
    for seed in range(1 if quick else seeds):
        start = started(weights, bench, seed, quick)
        found.append({})
        for name in ("start", *methods):
            model = METHODS.get(name, FrozenCLIP)(copy.deepcopy(start))
            sb.fit(model, bench, seed=seed, recipe=short(TRAINING, quick))
            found[-1] |= (new := cards(model, bench, name))
            for label, card in new.items():
                gap = card.gap["centroid_distance"]
                print(f"seed {seed}  {label:32}mAP@all {card['mAP@all']:.3f}  P@100 {card['P@100']:.3f}  gap {gap:.2f}")
    return found


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    chosen = parsed(parser)
    data = sb.load("folder", root=chosen.root, split="thirds", size=SIDE, validation=12).keep()
    data = data.tuning if chosen.tune else data
    config = {"side": SIDE, "data": Path(chosen.root).name, "pairing": vars(PAIRING), "training": vars(TRAINING)}
    study = partial(measured, data, chosen.weights, chosen.quick, chosen.seeds, chosen.methods)
    kept(chosen, "masbir", config, study, COMPARED)

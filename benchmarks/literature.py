"""The literature's baselines on real sketches and photos of yours, from a small image network.

    python benchmarks/literature.py ROOT WEIGHTS            sketch/<class> and photo/<class> in ROOT; SqueezeNet's
                                                            ImageNet features as safetensors (torchvision's names)
    python benchmarks/literature.py ROOT WEIGHTS --tune     on validation classes instead of unseen ones
    python benchmarks/literature.py ROOT WEIGHTS --quick    a few steps: numbers mean nothing
    ... --wordnet FOLDER                                    where WordNet's files are, if not where they mostly are
    ... --ship                                              puts the record among those that ship with the book

Every third class is unseen. These weights have no classifier, so that SAKE's teacher has to get one: it is tuned on the
seen classes' photos first, and is the start of all methods that tune a network. The others learn from the features of
the network as it came. What is known of the classes is WordNet's where it is installed, else the drawn world's, which
does not know them all. On Sketchy the same is, with your own arguments,

    bench = sb.load("sketchy", root=..., split="sketchy/split2", gallery="extend").knowing(sb.data.wordnet(names))
    sb.fit(sb.models.SAKE(sb.encoders.cnn("legacy_seresnet50", pretrained="imagenet"), dim=512), bench)
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from common import SIDE, Cards, arguments, kept, network, parsed, scored, short

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import Cnn
from sbirlib.models import (
    CAAE,
    CVAE,
    LCALE,
    SAKE,
    SEMPCYC,
    ZSLKG,
    Classifier,
    Doodle2Search,
    FrozenCNN,
    Model,
)
from sbirlib.models.contract import Recipe

TEACHING = Recipe(steps=200, batch=64, lr=1e-3, augment=0.5)


@dataclass(frozen=True)
class Method:
    """How it is built, its control without its main idea, and for how long it learns."""

    build: Callable[[Cnn], Model]
    control: Callable[[Cnn], Model]
    recipe: Recipe
    on_features: bool = True


TUNED = Recipe(steps=200, batch=39, lr=1e-3, weight_decay=5e-4)
SECONDS = Recipe(steps=600, batch=128, lr=1e-3, optimizer="adam", weight_decay=0.0, clip=None)
METHODS = {
    "CVAE": Method(lambda c: CVAE(c, instances=False), lambda c: CVAE(c, instances=False, latent=0), SECONDS),
    "CAAE": Method(lambda c: CAAE(c, instances=False), lambda c: CVAE(c, instances=False, latent=0), SECONDS),
    "Doodle2Search": Method(
        lambda c: Doodle2Search(c, clock="run"), lambda c: Doodle2Search(c, domain=0.0), TUNED, on_features=False
    ),
    "SAKE": Method(SAKE, lambda c: SAKE(c, preserve=0.0), TUNED, on_features=False),
    "SEM-PCYC": Method(SEMPCYC, lambda c: SEMPCYC(c, cycle=0.0), SECONDS),
    "LCALE": Method(LCALE, lambda c: LCALE(c, aligned=0.0, crossed=0.0, cycle=0.0), SECONDS),
    "ZSL-KG": Method(ZSLKG, lambda c: ZSLKG(c, graph="shuffled"), replace(SECONDS, weight_decay=5e-4)),
}


def known(bench: Benchmark, folder: str | None) -> tuple[Benchmark, str]:
    """The benchmark with what is known of its classes, and who knows it."""
    try:
        graph, source = sb.data.wordnet(bench.classes, folder, skip=True), "WordNet"
    except FileNotFoundError:
        graph, source = sb.data.world.knowledge(), "the drawn world"
    print(f"{source} knows {sum(map(graph.knows, bench.classes))} of the {len(bench.classes)} classes")
    return bench.knowing(graph, skip=True), source


def measured(
    bench: Benchmark, weights: str, quick: bool, seeds: int, methods: list[str], generalized: bool
) -> list[Cards]:
    """The cards of every method and of its control, by seed, printed as they come."""
    frozen = sb.features(bench, network(weights))
    found: list[Cards] = []
    for seed in range(1 if quick else seeds):
        teacher = Classifier(network(weights), "photo")
        sb.fit(teacher, bench, seed=seed, recipe=short(TEACHING, quick))
        found.append({})
        runs: dict[str, tuple[Model, Benchmark, Recipe]] = {
            "start": (FrozenCNN(network(weights)), frozen, Recipe(steps=0)),
            "teacher": (FrozenCNN(copy.deepcopy(teacher.encoder)), bench, Recipe(steps=0)),
        }
        for name in methods:
            method = METHODS[name]
            for label, build in ((name, method.build), (f"{name} without", method.control)):
                encoder = network(weights) if method.on_features else copy.deepcopy(teacher.encoder)
                runs[label] = build(encoder), frozen if method.on_features else bench, method.recipe
        for label, (model, data, recipe) in runs.items():
            run = sb.fit(model, data, seed=seed, recipe=short(recipe, quick))
            found[-1] |= scored(model, data, label, bits=True, generalized=generalized)
            print(f"seed {seed}, {run.record.seconds:.0f} s")
    return found


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--wordnet")
    chosen = parsed(parser)
    data = sb.load("folder", root=chosen.root, split="thirds", size=SIDE, validation=12).keep()
    data, source = known(data, chosen.wordnet)
    data = data.tuning if chosen.tune else data
    config: dict[str, Any] = {"side": SIDE, "data": Path(chosen.root).name, "known by": source}
    config |= {"teaching": vars(TEACHING), "training": {name: vars(METHODS[name].recipe) for name in chosen.methods}}
    study = partial(measured, data, chosen.weights, chosen.quick, chosen.seeds, chosen.methods, not chosen.tune)
    sides = ((f"{name} without", name) for name in chosen.methods), (("start", name) for name in chosen.methods)
    means = (("start, centred", f"{name}, centred") for name in chosen.methods)
    kept(chosen, "literature", config, study, chain(*sides, means))

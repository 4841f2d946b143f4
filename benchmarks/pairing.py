"""A text tower for an image network of your own, on real sketches and photos of yours.

    python benchmarks/pairing.py ROOT WEIGHTS            a folder of sketch/<class>/* and photo/<class>/*; SqueezeNet's
                                                         ImageNet features as safetensors (torchvision's names)
    python benchmarks/pairing.py ROOT WEIGHTS --quick    a few steps: numbers mean nothing
    ... --ship                                           puts the record among those that ship with the book

The network stays as it is; beside it a projection and a fresh text tower learn from the seen classes' sketches and
photos and their names (`sb.encoders.pair`, LiT). Every third class is unseen. What is found there stands beside the
network's own features, raw and centred by modality, and beside chance.
"""

from __future__ import annotations

from typing import Any

from common import SIDE, arguments, network, parsed, sentences, short
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib import runs as book
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import pair
from sbirlib.models import Classifier, Model, TextAligned
from sbirlib.models.contract import Recipe
from sbirlib.runs.records import append

RECIPE = Recipe(steps=150, batch=64, lr=1e-3, weight_decay=0.1, warmup=0.1)


def scored(model: Model, bench: Benchmark, label: str) -> dict[str, float]:
    """mAP@all on the unseen classes: as the model has it, and without the seen classes' mean of each modality."""
    card = sb.evaluate(model, bench)
    unseen, train = bench.unseen, bench.train
    sketches, photos = (
        normalize(sb.embed(model, asked) - sb.embed(model, known).mean(0), dim=1)
        for asked, known in ((unseen.sketches, train.sketches), (unseen.photos, train.photos))
    )
    centred = sb.metrics.retrieval(sketches, photos, unseen.sketches.labels, unseen.photos.labels)["mAP@all"]
    found = {"chance": card.floor["mAP@all"], "mAP@all": card["mAP@all"], "centred": centred}
    found |= {"photo to photo": card.ceiling["mAP@all"]}
    print(f"{label:28}" + "  ".join(f"{name} {value:.3f}" for name, value in found.items()), flush=True)
    return found


def main(root: str, weights: str, quick: bool, seeds: int) -> dict[str, Any]:
    """Print the table, and give its numbers."""
    bench = sb.load("folder", root=root, split="thirds", size=SIDE).keep()
    texts = sentences(bench)
    found: dict[str, Any] = {"features": scored(Classifier(network(weights)), bench, "the network's features")}
    for seed in range(1 if quick else seeds):
        encoder = pair(network(weights), texts, seed=seed)
        if seed == 0:
            found["projected"] = scored(TextAligned(encoder), bench, "a random projection")
        model = TextAligned(encoder, by_class=True)
        sb.fit(model, bench, seed=seed, recipe=short(RECIPE, quick))
        found[f"paired, seed {seed}"] = scored(model, bench, f"paired and tuned, seed {seed}")
    return found


if __name__ == "__main__":
    chosen = parsed(arguments(__doc__))
    what = "quick" if chosen.quick else "benchmarks"
    config = {"side": SIDE, "data": chosen.root.rstrip("/").rsplit("/", 1)[-1], "steps": RECIPE.steps}
    with book.recording(f"benchmarks/pairing/{what}", config=config, seeds=range(chosen.seeds)) as record:
        record.numbers |= main(chosen.root, chosen.weights, chosen.quick, chosen.seeds)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", "benchmarks-pairing.jsonl")).name)

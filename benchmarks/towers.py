"""What the features bring: the methods on features, from two networks that know the seen classes, as SEM-PCYC had them.

    python benchmarks/towers.py           two networks tuned, four methods with and without their idea, three seeds:
                                          a quarter of an hour
    python benchmarks/towers.py --quick   a few steps: numbers mean nothing
    ... --ship                            puts the record among those that ship with the book

The embedded network is tuned twice, to tell the seen classes apart, once on photos and once on sketches, with the
recipe of `Classifier`; unseen classes are nobody's business. Everything else is as in the sweep `literature`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from common import Cards, kept, options, scored, short

import sbirlib as sb
from sbirlib.encoders import Cnn, cnn
from sbirlib.models import CVAE, LCALE, SEMPCYC, ZSLKG, Classifier, FrozenCNN, Model

Build = Callable[[Cnn, Cnn], Model]
METHODS: dict[str, Build] = {
    "start": FrozenCNN,
    "CVAE": CVAE,
    "CVAE without": lambda photos, sketches: CVAE(photos, sketches, latent=0),
    "SEM-PCYC": SEMPCYC,
    "SEM-PCYC without": lambda photos, sketches: SEMPCYC(photos, sketches, cycle=0.0),
    "LCALE": LCALE,
    "LCALE without": lambda photos, sketches: LCALE(photos, sketches, crossed=0.0),
    "ZSL-KG": ZSLKG,
    "ZSL-KG without": lambda photos, sketches: ZSLKG(photos, sketches, graph="shuffled"),
}
IDEAS = [name for name in METHODS if f"{name} without" in METHODS]
PAIRS = [pair for name in IDEAS for pair in ((f"{name} without", name), ("start, centred", f"{name}, centred"))]


def main(quick: bool, seeds: int) -> list[Cards]:
    bench = sb.load("world", split="mixed", per_class=60, size=48).keep()
    found: list[Cards] = []
    for seed in range(1 if quick else seeds):
        towers: list[Cnn] = []
        for modality in ("photo", "sketch"):
            tuned = Classifier(cnn("tiny"), modality)
            sb.fit(tuned, bench, seed=seed, recipe=short(Classifier.small, quick))
            towers.append(tuned.encoder)
        frozen = sb.features(bench, FrozenCNN(*towers), cache=False)
        found.append({})
        for name, build in METHODS.items():
            model = build(*towers)
            sb.fit(model, frozen, seed=seed, recipe=short(model.small, quick))
            found[-1] |= scored(model, frozen, name)
    return found


if __name__ == "__main__":
    chosen = options(__doc__).parse_args()
    study = partial(main, chosen.quick, chosen.seeds)
    kept(chosen, "towers", {"tuning": vars(Classifier.small)}, study, PAIRS)

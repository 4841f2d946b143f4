"""What SAKE preserves: does it help that its teacher has met the unseen classes, as ImageNet has met Sketchy's?

    python benchmarks/teachers.py           two teachers, SAKE with and without preservation, three seeds: half an hour
    python benchmarks/teachers.py --quick   a few steps: numbers mean nothing
    ... --ship                              puts the record among those that ship with the book

Both teachers learn from the drawn world's photos for as long, and tell as many classes apart. One knows origin classes
only, which are nobody's seen or unseen ones. Of the other's, as many as there are unseen classes are these.
"""

from __future__ import annotations

import copy
from functools import partial

from common import Cards, kept, options, scored, short

import sbirlib as sb
from sbirlib.encoders import Cnn, cnn, fresh_cnn
from sbirlib.models import SAKE, Classifier, FrozenCNN, Model
from sbirlib.models.contract import Recipe

TEACHING = Recipe(steps=1500, batch=64, lr=2e-3, warmup=0.1, augment=0.3)
LEARNING = Recipe(steps=300, batch=39, lr=3e-3, weight_decay=5e-4)
PER_CLASS = 120
TEACHERS = ("a stranger", "an acquaintance")


def taught(classes: list[str], seed: int, quick: bool) -> Cnn:
    """A fresh network that has learnt to tell these classes' photos apart, none of which is in a benchmark."""
    data = sb.data.world.pretraining_bench(classes, per_class=PER_CLASS, size=48).keep()
    net = fresh_cnn(cnn("tiny").preprocess, seed=seed)
    sb.fit(Classifier(net, "photo"), data, seed=seed, recipe=short(TEACHING, quick))
    return net


def main(quick: bool, seeds: int) -> list[Cards]:
    bench = sb.load("world", split="mixed", per_class=60, size=48).keep()
    origin = [name for name, kind in sb.data.world.kinds().items() if kind.origin]
    unseen = list(bench.unseen_classes)
    known = dict(zip(TEACHERS, (origin, [*origin[: len(origin) - len(unseen)], *unseen]), strict=True))
    found: list[Cards] = []
    for seed in range(seeds):
        found.append({})
        for who, classes in known.items():
            net = taught(classes, seed, quick)
            models: dict[str, Model] = {
                f"{who}, as it is": FrozenCNN(copy.deepcopy(net)),
                f"{who}, forgotten": SAKE(net, preserve=0.0),
                f"{who}, preserved": SAKE(net),
            }
            for name, model in models.items():
                sb.fit(model, bench, seed=seed, recipe=short(LEARNING, quick))
                found[-1] |= scored(model, bench, name)
    return found


if __name__ == "__main__":
    chosen = options(__doc__).parse_args()
    config = {"teaching": vars(TEACHING), "learning": vars(LEARNING), "per class": PER_CLASS}
    pairs = [(f"{who}, forgotten", f"{who}, preserved") for who in TEACHERS]
    kept(chosen, "teachers", config, partial(main, chosen.quick, chosen.seeds), pairs)

"""How hard the drawn world is, and how fast it is drawn: floors and ceilings for every number measured on it.

    python benchmarks/world.py                  how fast: pictures a second of one core's time (leave it alone)
    python benchmarks/world.py --calibration    how hard: all splits (about 15 minutes on 2 cores)
    python benchmarks/world.py --quick          both, on a few pictures and steps, in a minute: numbers mean nothing
    ... --ship                                  puts the records among those that ship with the book

A small ResNet learns to name photos of all classes (as the real CLIP has seen the web), another one photos of origin
classes only. Neither has seen a sketch. What they then find on unseen classes, asked with sketches and asked with
photos, is where learning starts and what bounds it; a third one goes on from the first with labelled sketches and
photos of the seen classes, which is about as far as learning gets. Pixels and a linear probe on pixels are the floor.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize, relu

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.world import VERSION, Instance, kinds, pretraining
from sbirlib.data.world.bench import load_world
from sbirlib.protocols import Protocol, score
from sbirlib.runs.records import append

SIZE = 48
SPLITS = ("mixed", "hard", "far", "random-0", "random-1")


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.one, self.two = (nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(2))
        self.norm_one, self.norm_two = nn.BatchNorm2d(width), nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        return relu(x + self.norm_two(self.two(relu(self.norm_one(self.one(x))))))


class SmallNet(nn.Module):
    """A ResNet of 1.4 million parameters: 48 px in, 192 features out, and a classifier on the unit features."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for width in (32, 64, 128, 192):
            layers += [nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            layers += [Block(width)] if width > 32 else []
            before = width
        self.body = nn.Sequential(*layers)
        self.classes = nn.Linear(before, classes, bias=False)

    def embed(self, images: Tensor) -> Tensor:
        return normalize(self.body((images.float() - 128) / 64).mean((2, 3)), dim=1)

    def forward(self, images: Tensor) -> Tensor:
        scores: Tensor = 20 * self.embed(images) @ normalize(self.classes.weight, dim=1).T
        return scores


def batches(images: ImageSet, count: int, size: int, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Random batches, half of each mirrored."""
    for _ in range(count):
        rows = rng.integers(len(images), size=size)
        pixels = images.pixels(rows, SIZE)
        flipped = torch.from_numpy(rng.random(size) < 0.5)[:, None, None, None]
        yield torch.where(flipped, pixels.flip(3), pixels), images.labels[torch.from_numpy(rows)]


def learn(net: SmallNet, sets: list[ImageSet], steps: int, rate: float, seed: int, label: str) -> None:
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.1)
    net.train()
    streams = [batches(one, steps, 128 // len(sets), np.random.default_rng(seed + k)) for k, one in enumerate(sets)]
    for _ in sb.runs.progress(range(steps), label, unit="steps"):
        drawn = [next(stream) for stream in streams]
        loss = cross_entropy(net(torch.cat([x for x, _ in drawn])), torch.cat([y for _, y in drawn]))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    net.eval()


def embed(net: SmallNet, images: ImageSet) -> Tensor:
    starts = range(0, len(images), 256)
    with torch.no_grad():
        return torch.cat([net.embed(images.pixels(slice(start, start + 256), SIZE)) for start in starts])


def grey(images: ImageSet) -> Tensor:
    """Pixels as vectors: 16 x 16 in grey, without their mean."""
    starts = range(0, len(images), 256)
    flat = torch.cat([images.pixels(slice(s, s + 256), 16).float().mean(1).flatten(1) for s in starts])
    return normalize(flat - flat.mean(1, keepdim=True), dim=1)


def probe(train: Tensor, labels: Tensor, test: Tensor, answers: Tensor) -> float:
    """The accuracy of a linear classifier."""
    model = LogisticRegression(max_iter=300).fit(train.numpy(), labels.numpy())
    return float(model.score(test.numpy(), answers.numpy()))


def speed(count: int) -> dict[str, float]:
    """Pictures a second of one core's time, over all classes."""
    names = list(kinds())
    found = {}
    for size in (64, 224):
        for what in ("photo", "sketch"):
            pool = [name for name in names if what == "photo" or not kinds()[name].origin]
            things = [Instance(pool[k % len(pool)], 5_000 + k) for k in range(count if size == 64 else count // 4)]
            Instance(pool[0], 1).photo(size), Instance(pool[0], 1).sketch(0, size)  # compiled now, and not timed
            started = time.process_time()
            for thing in things:
                if what == "photo":
                    thing.photo(size)
                else:
                    thing.sketch(0, size)
            found[f"{what} {size}"] = len(things) / (time.process_time() - started)
        each = 1 / found[f"photo {size}"] + 1 / found[f"sketch {size}"]
        found[f"both {size}"] = 2 / each
    return found


def on_split(split: str, per_class: int, nets: dict[str, SmallNet], steps: int) -> dict[str, Any]:
    bench = load_world(split, per_class=per_class, size=SIZE).keep(SIZE)
    bench.keep(16)
    tuned = SmallNet(len(bench.classes))
    tuned.body.load_state_dict(nets["all classes"].body.state_dict())
    learn(tuned, [bench.train.photos, bench.train.sketches], steps, 3e-4, 0, f"{split}: seen classes")
    rows: dict[str, Any] = {"classes": len(bench.unseen.classes), "queries": len(bench.unseen.sketches)}
    twin = load_world(split, per_class=per_class, size=SIZE, seed=1).unseen.photos
    ways: dict[str, Callable[[ImageSet], Tensor]] = {"pixels": grey}
    ways |= {name: partial(embed, net) for name, net in (*nets.items(), ("tuned", tuned))}
    for name, way in ways.items():
        rows[name] = measured(way, bench, twin)
        rows["chance"] = rows[name].pop("chance")
        numbers = "  ".join(f"{what} {value:.3f}" for what, value in rows[name].items())
        print(f"{split:<9} {name:<15} {numbers}  (chance {rows['chance']:.3f})", flush=True)
    return rows


def measured(way: Callable[[ImageSet], Tensor], bench: Benchmark, twin: ImageSet) -> dict[str, float]:
    """mAP@all on the unseen classes, asked with sketches and with photos of other things, and two linear probes."""
    unseen, train, seen = bench.unseen, bench.train, bench.seen
    protocol = Protocol("zero-shot", bench.split)
    sketches, photos, known_sketches, known_photos = map(
        way, (unseen.sketches, unseen.photos, train.sketches, train.photos)
    )
    items = unseen.sketches.items, unseen.photos.items
    plain = score(protocol, sketches, photos, *items)
    centred = score(
        protocol,
        normalize(sketches - known_sketches.mean(0), dim=1),
        normalize(photos - known_photos.mean(0), dim=1),
        *items,
    )
    return {
        "chance": plain.floor["mAP@all"],
        "sketch to photo": plain["mAP@all"],
        "centred": centred["mAP@all"],
        "photo to photo": score(protocol, way(twin), photos, *items)["mAP@all"],
        "probe, photos": probe(known_photos, train.photos.labels, way(seen.photos), seen.photos.labels),
        "probe, sketches": probe(known_sketches, train.sketches.labels, way(seen.sketches), seen.sketches.labels),
    }


def calibration(quick: bool) -> dict[str, Any]:
    per_class, steps = (6, 5) if quick else (200, 1000)
    origin = [kind.name for kind in kinds().values() if kind.origin]
    nets = {}
    for name, classes in (("all classes", None), ("origin classes", origin)):
        torch.manual_seed(0)
        photos = pretraining("photo", classes, per_class=per_class, size=SIZE).keep(SIZE)
        nets[name] = SmallNet(len(photos.classes))
        learn(nets[name], [photos], steps, 2e-3, 0, f"photos of {name}")
    splits = SPLITS[:1] if quick else SPLITS
    found = {split: on_split(split, 6 if quick else 40, nets, 5 if quick else 200) for split in splits}
    return {"classes": len(kinds()), "origin classes": len(origin), "splits": found}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ship", action="store_true")
    chosen = parser.parse_args()
    config = {"threads": torch.get_num_threads(), "quick": chosen.quick}
    for what in ("speed", "calibration"):
        if not chosen.quick and chosen.calibration != (what == "calibration"):
            continue
        with sb.runs.recording(f"benchmarks/world/{what}", config=config, seeds=[0], world=VERSION) as record:
            record.numbers.update(speed(40 if chosen.quick else 1200) if what == "speed" else calibration(chosen.quick))
        print({name: round(value) for name, value in record.numbers.items() if isinstance(value, float)})
        if chosen.ship:
            print("shipped in", append(record, sb.runs.path("shipped", "benchmarks-world.jsonl")).name)

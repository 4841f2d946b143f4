"""The weights that travel with the book: `make weights` makes them again.

    python -m sbirlib.pretraining tiny

Each start is a tiny CLIP that has seen something else; the CNN is the teacher of methods that want one.

- tiny           captioned photos of all classes, no sketch: what the real CLIP has mostly seen of the web. The default
- tiny-sketchy   a few sketches of the benchmark's classes besides: a CLIP that has met sketches
- tiny-strict    photos of origin classes only: it has never seen a class of any benchmark, in whatever guise
- tiny-cnn       photos of origin classes and their names, as ImageNet's networks have

All learn from instances that no benchmark has. Same seed, same machine, same weights; a killed run goes on.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import normalize

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet, phrase
from sbirlib.data.roles import TEST
from sbirlib.data.world import VERSION, kinds, load_world, pretraining_bench
from sbirlib.embedding import embed
from sbirlib.encoders import (
    Clip,
    Cnn,
    Preprocess,
    TinyConfig,
    Vocabulary,
    clip,
    cnn,
    fresh_cnn,
    fresh_tiny,
    write_weights,
)
from sbirlib.encoders.sources import SHIPPED
from sbirlib.evaluation import evaluate
from sbirlib.models.classifier import Classifier
from sbirlib.models.contract import Model
from sbirlib.models.controls import FrozenCLIP, MeanCentred
from sbirlib.models.pretraining import Pretraining
from sbirlib.runs.files import write_atomic
from sbirlib.runs.paths import path
from sbirlib.training import Run, fit

TEST_PER_CLASS = 10
"""Of each class's instances so many are kept from training, to measure what was learnt."""
PREPROCESS = Preprocess(48, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
CONTEXT = 18
VERBOSE = 0.25
"""The share of long captions; they say more, but not first of all what the thing is."""
SPLITS = ("mixed", "hard", "far")
LIMITS = (
    "It knows drawn pictures of 48 pixels and the words of their captions; a word that it has not met tells it "
    "nothing, and real photos are beyond it."
)


@dataclass(frozen=True)
class Start:
    """What a start learns from, and how."""

    seen: str
    """In words, as every page that uses it says it."""
    origin_only: bool = False
    sketches: float = 0.0
    """The share of sketches in a batch."""
    per_class: int = 400
    text: bool = True
    """A CLIP; else a CNN."""
    steps: int = 3500


STARTS = {
    "tiny": Start("captioned photos of all classes of the drawn world, no sketch"),
    "tiny-sketchy": Start(
        "captioned photos of all classes of the drawn world, and of its benchmarks' classes one sketch to 19 photos",
        sketches=0.05,
    ),
    "tiny-strict": Start(
        "captioned photos of the drawn world's origin classes only, no sketch", origin_only=True, steps=2500
    ),
    "tiny-cnn": Start(
        "photos of the drawn world's origin classes and their names, no sketch",
        origin_only=True,
        steps=2000,
        text=False,
    ),
}


def pictures(start: Start, per_class: int | None = None) -> Benchmark:
    """What a start learns from."""
    photos = [name for name, kind in kinds().items() if kind.origin or not start.origin_only]
    sketched = [name for name, kind in kinds().items() if not kind.origin] if start.sketches else []
    count = per_class or start.per_class
    test = min(TEST_PER_CLASS, count // 2)
    return pretraining_bench(photos, sketched, per_class=count, size=PREPROCESS.size, test=test)


def vocabulary(per_class: int = 40) -> Vocabulary:
    """All words that the world's captions use, those of benchmarks' classes too: a start that has not met a word has a
    vector for it that says nothing."""
    bench = pictures(STARTS["tiny-sketchy"], per_class)  # the one that meets all there is
    texts = [
        text for images in (bench.photos, bench.sketches) for long in (False, True) for text in images.captions(long)
    ]
    return Vocabulary.of(texts, CONTEXT)


def pretrain(
    name: str, *, seed: int = 0, folder: Path | None = None, steps: int | None = None, per_class: int | None = None
) -> tuple[Run, Clip | Cnn]:
    """Train a start from random weights; `steps` and `per_class` make it shorter than the shipped one."""
    start = STARTS[name]
    bench = pictures(start, per_class)
    bench.photos.keep(PREPROCESS.size)
    if len(bench.sketches):
        bench.sketches.keep(PREPROCESS.size)
    encoder: Clip | Cnn
    model: Pretraining | Classifier
    if start.text:
        words = vocabulary()
        encoder = fresh_tiny(TinyConfig(vocabulary=len(words), context=CONTEXT), words, PREPROCESS, seed=seed)
        model = Pretraining(encoder)
    else:
        encoder = fresh_cnn(PREPROCESS, seed=seed)
        model = Classifier(encoder, "photo")
    encoder.to(memory_format=torch.channels_last)  # a tenth faster on a processor
    dials = {"mix": start.sketches, "verbose": VERBOSE} if start.text else {"mix": 0.0}
    run = fit(
        model,
        bench,
        seed=seed,
        recipe=replace(model.small, steps=start.steps if steps is None else steps),
        folder=folder,
        dials=dials,
    )
    if isinstance(model, Pretraining):
        with torch.no_grad():  # what a score is multiplied by belongs to the weights
            model.encoder.model.logit_scale.copy_(model.log_scale)
    return run, encoder


def measured(encoder: Clip | Cnn, start: Start, per_class: int = 60, splits: Sequence[str] = SPLITS) -> dict[str, Any]:
    """What a start can do: naming photos and sketches it has not met, and finding unseen classes' photos."""
    found: dict[str, Any] = {}
    model = FrozenCLIP(encoder) if isinstance(encoder, Clip) else Classifier(encoder)
    learnt = pictures(start)
    fresh = learnt.photos.take(learnt.photos.roles == TEST)
    found["photos named"] = named(encoder, model, fresh)
    if isinstance(encoder, Clip):
        world = load_world("mixed", per_class=per_class, size=PREPROCESS.size)
        found["sketches named"] = named(encoder, model, world.sketches)
        found["photos of benchmark classes named"] = named(encoder, model, world.photos)
    for split in splits:
        bench = load_world(split, per_class=per_class, size=PREPROCESS.size)
        card = evaluate(model, bench, gap=False)
        found[split] = {
            "chance": card.floor["mAP@all"],
            "sketch to photo": card["mAP@all"],
            "photo to photo": card.ceiling["mAP@all"],
        }
        if isinstance(encoder, Clip):
            centred = MeanCentred(encoder)
            fit(centred, bench)
            found[split]["centred"] = evaluate(centred, bench, gap=False)["mAP@all"]
    return found


def named(encoder: Clip | Cnn, model: Model, images: ImageSet) -> float:
    """How often the best of its classes' names is right: by their prompts, or by a CNN's classifier."""
    if isinstance(encoder, Cnn):
        with torch.inference_mode():
            starts = range(0, len(images), 256)
            parts = [images.pixels(slice(s, s + 256), encoder.size).to(model.device) for s in starts]
            scores = torch.cat([encoder.logits(part).cpu() for part in parts])
        names = encoder.classes
    else:
        names = tuple(images.classes)
        prompts = encoder.encode_texts([phrase(images.modality, n) for n in names])
        scores = embed(model, images) @ normalize(prompts).cpu().T
    answers = torch.tensor([names.index(name) for name in images.names])
    return float((scores.argmax(1) == answers).float().mean())


def ship(name: str, run: Run, encoder: Clip | Cnn) -> Path:
    """Write a start's weights, halved to fp16, with their card, and measure what was written."""
    start, file = STARTS[name], SHIPPED / f"{name}.safetensors"
    n = run.record.numbers
    seconds = round(n["seconds"])  # over all the times that the run was taken up, unlike the record's own
    card: dict[str, Any] = {
        "name": name, "seen": start.seen, "world": VERSION, "seed": run.record.seeds[0], "commit": run.record.commit,
        "recipe": asdict(run.recipe), "steps": n["steps"], "per_class": start.per_class,
        "hardware": run.record.hardware, "seconds": seconds, "limits": LIMITS,
    }  # fmt: skip
    if isinstance(encoder, Clip):
        card["config"] = encoder.config
    else:
        card |= {"preprocess_cfg": encoder.preprocess.config(), "classes": list(encoder.classes)}
    with tempfile.TemporaryDirectory() as folder:  # what is measured is what will be read: halves
        first = write_weights(Path(folder) / file.name, tensors(encoder), card, half=True)
        halved = clip(name, first) if start.text else cnn("tiny", first)
    numbers = measured(halved, start)
    write_weights(file, tensors(halved), {**card, "numbers": numbers}, half=True)
    kept = {**n, **numbers, "curve": curve(run)}
    record = replace(run.record, name=f"weights/{name}", numbers=kept, seconds=float(seconds), chapter="")
    write_atomic(path("shipped", f"weights-{name}.jsonl"), f"{record.line()}\n")
    return file


def curve(run: Run, window: int = 50) -> dict[str, list[float]]:
    """Each loss over the steps, as means of `window` of them."""
    entries = run.history.entries
    parts = [entries[start : start + window] for start in range(0, len(entries), window)]
    found = {
        name: [sum(e["losses"][name] for e in part) / len(part) for part in parts] for name in entries[0]["losses"]
    }
    return {"steps": [part[len(part) // 2]["step"] for part in parts]} | {
        name: [round(value, 4) for value in values] for name, values in found.items()
    }


def tensors(encoder: Clip | Cnn) -> dict[str, torch.Tensor]:
    """What a file of weights holds."""
    return encoder.model.state_dict() if isinstance(encoder, Clip) else encoder.visual.net.state_dict()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser("sbirlib.pretraining", description="Make the weights that travel with the book.")
    parser.add_argument("name", choices=STARTS)
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run has done")
    given = parser.parse_args(arguments)
    path("shipped")  # an error now, not after half an hour, where there is no checkout
    folder = path("build", "pretraining", given.name)
    if given.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    run, encoder = pretrain(given.name, folder=folder)
    file = ship(given.name, run, encoder)
    print(f"{given.name}: {file.stat().st_size / 1e6:.1f} MB, {run}")


if __name__ == "__main__":
    main()

"""Side by side: images a second of a CLIP here and in the plain open_clip loop, and what the one loop costs.

    python benchmarks/training.py            ViT-B/32 at 224 pixels and the tiny CLIP; leave the machine alone (minutes)
    ... --net tiny                           one of the two only
    python benchmarks/training.py --quick    the tiny CLIP only, a few steps: numbers mean nothing
    ... --ship                               puts the record among those that ship with the book

Both take the same random pictures and captions, made before the clock starts. The plain loop is what open_clip's users
write: its model, its tokenizer, its loss, AdamW, zero_grad, backward, step. Every way is timed several times and keeps
its best. The loop's own cost is measured against the model's losses, backward and step, called by hand.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import open_clip
import torch
from torch.nn.functional import normalize

from sbirlib import runs as book
from sbirlib.data.batching.batch import Captioned
from sbirlib.data.batching.drawn import Batches
from sbirlib.encoders import Clip, Preprocess, TinyConfig, Vocabulary, clip, fresh_tiny
from sbirlib.models.contract import Recipe
from sbirlib.models.controls import TextAligned
from sbirlib.runs.records import append
from sbirlib.training.accelerating import accelerator
from sbirlib.training.loop import Loop

CAPTIONS = [f"a photo of a {colour} {thing}" for colour in ("red", "blue", "green") for thing in ("cow", "car", "cup")]


def encoder(name: str) -> Clip:
    if name != "tiny":
        return clip(name)
    words = Vocabulary.of(CAPTIONS, 16)
    return fresh_tiny(TinyConfig(vocabulary=len(words)), words, Preprocess(48, (0.5,) * 3, (0.25,) * 3))


@dataclass(frozen=True, eq=False)
class Fixed(Batches[Captioned]):
    """The same batch at every step, without the work of making one."""

    given: Captioned

    def make(self, step: int) -> Captioned:
        return self.given


def random_batch(size: int, count: int) -> Captioned:
    torch.manual_seed(0)
    images = torch.randint(256, (count, 3, size, size), dtype=torch.uint8)
    texts = [CAPTIONS[i % len(CAPTIONS)] for i in range(count)]
    return Captioned(images, torch.zeros(count, dtype=torch.long), torch.arange(count) % len(CAPTIONS), texts)


def autocast(device: torch.device, precision: str) -> AbstractContextManager[Any]:
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()


def plain_training(net: Any, tokenizer: Any, batch: Captioned, precision: str) -> Callable[[], None]:
    """One step as open_clip's users write it; pictures come preprocessed, as from its data loader."""
    device = batch.images.device
    images = (batch.images.float() / 255 - 0.5) / 0.25
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-6)
    loss_of = open_clip.ClipLoss()

    def step() -> None:
        texts = tokenizer(batch.texts).to(device)
        with autocast(device, precision):
            features = normalize(net.encode_image(images), dim=-1), normalize(net.encode_text(texts), dim=-1)
            loss = loss_of(*features, net.logit_scale.exp())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def hand_written(model: TextAligned, batch: Captioned, precision: str) -> Callable[[], None]:
    """The model's losses, backward and step, without the loop."""
    device = model.device
    optimizer = torch.optim.AdamW(
        [each for each in model.parameters() if each.requires_grad], lr=1e-6, weight_decay=0.05, fused=True
    )
    model.train()

    def step() -> None:
        with autocast(device, precision):
            losses = model.losses(batch)
        optimizer.zero_grad()
        model.total(losses).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def in_the_loop(model: TextAligned, batch: Captioned, steps: int, precision: str) -> Callable[[], None]:
    """So many steps of the one loop: clipping, logging, progress, checks and all."""
    recipe = Recipe(steps=steps, batch=len(batch), lr=1e-6, precision=precision, warmup=0.0, schedule="constant")

    def run() -> None:
        Loop(model, Fixed(len(batch), 0, batch), recipe, steps, 0, accelerator(precision, (), None), {}).run()

    return run


def best(ways: dict[str, tuple[Callable[[], None], int]], turns: int) -> dict[str, float]:
    """Seconds a step, the best of several turns: every way once, then every way again."""
    found = {name: float("inf") for name in ways}
    for turn in range(turns + 1):
        for name, (run, steps) in ways.items():
            started = time.perf_counter()
            run()
            synchronized()
            if turn:  # the first turn warms up
                found[name] = min(found[name], (time.perf_counter() - started) / steps)
    return found


def synchronized() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def repeated(step: Callable[[], None], steps: int) -> tuple[Callable[[], None], int]:
    def run() -> None:
        for _ in range(steps):
            step()

    return run, steps


def embedding(name: str, count: int, steps: int, turns: int) -> list[dict[str, Any]]:
    """Images a second of embedding."""
    device, ours = book.device(), encoder(name)
    ours.to(device).eval()
    images = random_batch(ours.size, count).images.to(device)
    ready = ours.preprocess(images)
    ways: dict[str, tuple[Callable[[], None], int]] = {}

    @torch.inference_mode()
    def plain(precision: str) -> None:
        with autocast(device, precision):
            ours.model.encode_image(ready)

    @torch.inference_mode()
    def here(precision: str) -> None:
        with autocast(device, precision):
            ours.encode_images(images)

    for precision in ("float32", "bf16"):
        ways[f"open_clip, pictures made ready before, {precision}"] = repeated(partial(plain, precision), steps)
        ways[f"here, from bytes, {precision}"] = repeated(partial(here, precision), steps)
    seconds = best(ways, turns)
    lasting = copy.deepcopy(ours).to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def last() -> None:
        lasting.encode_images(images)

    seconds |= best({"here, channels_last, float32": repeated(last, steps)}, turns)
    return rows(name, "embedding", count, seconds, "open_clip, pictures made ready before, float32")


def training(name: str, count: int, steps: int, turns: int, compiled: bool) -> list[dict[str, Any]]:
    """Images a second of one training step, towers and all."""
    device = book.device()
    batch = random_batch(encoder(name).size, count)
    seconds: dict[str, float] = {}
    for precision in ("float32", "bf16"):
        mixed = "no" if precision == "float32" else "bf16"
        net = encoder(name)
        net.to(device).train()
        plain = plain_training(net.model, net.tokenizer, batch.to(device), precision)
        seconds |= best({f"open_clip's loop, {precision}": repeated(plain, steps)}, turns)
        del net, plain
        one, two, three = (TextAligned(encoder(name)).to(device) for _ in range(3))
        frozen = TextAligned(encoder(name), freeze_text=True).to(device)
        ways = {
            f"losses, backward, step by hand, {precision}": repeated(
                hand_written(one, batch.to(device), precision), steps
            ),
            f"the one loop, {precision}": (in_the_loop(two, batch, steps, mixed), steps),
            f"the one loop, texts cached, {precision}": (in_the_loop(frozen, batch, steps, mixed), steps),
        }
        if precision == "float32":
            three.encoder.to(memory_format=torch.channels_last)
            ways["the one loop, channels_last, float32"] = (in_the_loop(three, batch, steps, mixed), steps)
        seconds |= best(ways, turns)
    if compiled:
        fast = TextAligned(encoder(name)).to(device)
        fast.encoder.visual.compile()
        seconds |= best({"the one loop, torch.compile, float32": (in_the_loop(fast, batch, steps, "no"), steps)}, turns)
    return rows(name, "training", count, seconds, "open_clip's loop, float32")


def optimizing(name: str, turns: int) -> list[dict[str, Any]]:
    """Milliseconds of one AdamW step over all weights, by implementation."""
    net = encoder(name).to(book.device())
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    kinds: dict[str, dict[str, Any]] = {
        "for loop": {"foreach": False},
        "foreach": {"foreach": True},
        "fused": {"fused": True},
    }
    made = {kind: torch.optim.AdamW(net.parameters(), lr=0.0, **how) for kind, how in kinds.items()}
    seconds = best({f"AdamW, {kind}": repeated(one.step, 5) for kind, one in made.items()}, turns)
    return [
        {"net": name, "what": "AdamW", "way": way, "ms": 1000 * value, "times": seconds["AdamW, for loop"] / value}
        for way, value in seconds.items()
    ]


def rows(name: str, what: str, count: int, seconds: dict[str, float], base: str) -> list[dict[str, Any]]:
    found = [
        {"net": name, "what": what, "way": way, "batch": count, "per_second": count / s, "times": seconds[base] / s}
        for way, s in seconds.items()
    ]
    for row in found:
        print(f"| {name} | {what} | {row['way']} | {row['per_second']:.1f} | {row['times']:.2f} |", flush=True)
    return found


def overhead(name: str, count: int, steps: int, turns: int) -> float:
    """The cost of the loop as a share of a step by hand, in processor time: others on the machine do not stretch it."""
    batch = random_batch(encoder(name).size, count)
    one, two = (TextAligned(encoder(name)).to(book.device()) for _ in range(2))
    by_hand, _ = repeated(hand_written(one, batch.to(book.device()), "float32"), steps)
    looped = in_the_loop(two, batch, steps, "no")
    ratios = []
    for turn in range(turns + 1):
        spent = []
        for run in (by_hand, looped):
            started = time.process_time()
            run()
            synchronized()
            spent.append(time.process_time() - started)
        if turn:
            ratios.append(spent[1] / spent[0])
    return statistics.median(ratios) - 1


def main(quick: bool = False, only: str | None = None) -> dict[str, Any]:
    """Print the tables, and give their numbers."""
    print("| net | what | way | images/s | x plain |\n|---|---|---|---|---|")
    found: list[dict[str, Any]] = []
    nets = {"tiny": (64, 2 if quick else 10)} | ({} if quick else {"ViT-B-32": (16, 2)})
    for name, (count, steps) in nets.items():
        if only not in (None, name):
            continue
        turns = 1 if quick else 4 if name == "tiny" else 2
        found += embedding(name, count, steps, turns)
        found += training(name, count, steps, turns, compiled=not quick)
        if not quick:
            found += optimizing(name, turns)
    share = overhead("tiny", 64, 2 if quick else 20, 1 if quick else 5)
    print(f"\nthe loop costs {share:.1%} more than losses, backward and step by hand (tiny, batches of 64)")
    return {"rows": found, "overhead": share}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--net", choices=["tiny", "ViT-B-32"], help="one of the two only")
    parser.add_argument("--ship", action="store_true")
    chosen = parser.parse_args()
    kind = "quick" if chosen.quick else "benchmarks"
    with book.recording(
        f"benchmarks/training/{kind}", config={"threads": torch.get_num_threads()}, seeds=[0]
    ) as record:
        record.numbers |= main(chosen.quick, chosen.net)
    if chosen.ship:
        print("shipped in", append(record, book.path("shipped", "benchmarks-training.jsonl")).name)

"""Side by side: images a second of a CLIP here and in the plain open_clip loop, and what the one loop costs.

    python benchmarks/training.py            ViT-B/32 at 224 pixels and the tiny CLIP; leave the machine alone (minutes)
    python benchmarks/training.py --quick    the tiny CLIP only, a few steps: numbers mean nothing
    ... --ship                               puts the record among those that ship with the book

Both take the same random pictures and captions, made before the clock starts. The plain loop is what open_clip's users
write: its model, its tokenizer, its loss, AdamW, zero_grad, backward, step. Ways are timed in turns and each keeps its
best turn. The loop's own cost is measured against the model's losses, backward and step, called by hand.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import open_clip
import torch
from torch import Tensor
from torch.nn.functional import normalize

import sbirlib as sb
from sbirlib import runs as book
from sbirlib.data.batching.batch import Captioned
from sbirlib.encoders import Clip, Preprocess, TinyConfig, Vocabulary, clip, fresh_tiny
from sbirlib.models.contract import Recipe
from sbirlib.models.controls import TextAligned
from sbirlib.runs.records import append
from sbirlib.training.fitting import accelerator
from sbirlib.training.loop import Loop

CAPTIONS = [f"a photo of a {colour} {thing}" for colour in ("red", "blue", "green") for thing in ("cow", "car", "cup")]


def encoder(name: str) -> Clip:
    if name != "tiny":
        return clip(name)
    words = Vocabulary.of(CAPTIONS, 16)
    return fresh_tiny(TinyConfig(vocabulary=len(words)), words, Preprocess(48, (0.5,) * 3, (0.25,) * 3))


@dataclass
class Fixed:
    """The same batch at every step, without the work of making one."""

    batch: Captioned
    steps_an_epoch: int = 1_000

    def loader(self, start: int, stop: int, **_: Any) -> list[Captioned]:
        return [self.batch] * (stop - start)

    def names(self, step: int) -> str:
        return f"step {step}"


def random_batch(size: int, count: int) -> Captioned:
    torch.manual_seed(0)
    images = torch.randint(256, (count, 3, size, size), dtype=torch.uint8)
    texts = [CAPTIONS[i % len(CAPTIONS)] for i in range(count)]
    return Captioned(images, torch.zeros(count, dtype=torch.long), torch.arange(count) % len(CAPTIONS), texts)


def autocast(device: torch.device, precision: str) -> AbstractContextManager[Any]:
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()


def plain_training(net: Any, tokenizer: Any, batch: Captioned, device: torch.device, precision: str) -> Callable[[], None]:
    """One step as open_clip's users write it; pictures come preprocessed, as from its data loader."""
    images = ((batch.images.float() / 255 - 0.5) / 0.25).to(device)
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


def own_loop(model: TextAligned, batch: Captioned, steps: int, precision: str) -> float:
    """Seconds a step in the one loop."""
    recipe = Recipe(steps=steps, batch=len(batch), lr=1e-6, precision=precision, warmup=0.0)
    loop = Loop(model, Fixed(batch), recipe, steps, 0, accelerator(precision, (), None), {}, label="loop")
    started = time.perf_counter()
    loop.run()
    return (time.perf_counter() - started) / steps

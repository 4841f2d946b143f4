"""`batches`: the kind that a model asks for, by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from sbirlib.data.batching.drawn import Batches, NothingBatches
from sbirlib.data.batching.pairs import PairedBatches
from sbirlib.data.batching.supply import Extra, supply
from sbirlib.data.batching.triplets import TripletBatches
from sbirlib.data.batching.unpaired import CaptionedBatches, UnlabelledBatches
from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet

DIALS = {
    "captioned": ("balanced", "mix", "verbose", "captions", "extra"),
    "triplet": ("balanced", "similarity", "temperature", "extra"),
    "paired": ("balanced", "verbose", "captions", "together"),
    "unlabelled": ("mix", "views", "extra"),
    "none": (),
}
"""The kinds, and which dials turn something in them."""


def batches(
    bench: Benchmark | None,
    kind: str,
    *,
    batch: int = 64,
    seed: int = 0,
    size: int | None = None,
    augment: float = 1.0,
    sketches: float = 1.0,
    photos: float = 1.0,
    extra: Extra | Sequence[Extra] = (),
    balanced: bool = False,
    mix: float = 0.5,
    verbose: float = 0.5,
    captions: str = "written",
    together: int = 1,
    similarity: Tensor | None = None,
    temperature: float = 0.1,
    views: int = 1,
) -> Batches[Any]:
    """Batches of one kind from what may be learnt from in `bench`, and from nothing else in it.

    - captioned    sketches and photos, unpaired and mixed, each with its text
    - triplet      a sketch, a photo of its class, and one of another
    - paired       a sketch and the very photo it was drawn from, each with its text
    - unlabelled   sketches and photos, unpaired, and nothing else
    - none         a count and a seed, for models that make their data up; `bench` may be None

    `batch` counts images, triplets or pairs; `augment` goes from 0 (as they are) to 1. Of the training `sketches` and
    `photos` a share can be kept, and the training items of `extra` image sets or benchmarks added. `balanced` meets
    all classes equally often. `mix` is the share of sketches in a batch, `verbose` that of long captions;
    `captions="class"` gives sketches and photos of a class one sentence, "a photo of a" class, instead of their own.
    `together` pairs of a class stand side by side, and all classes come equally often: a loss between pairs then has
    photos of the same class to tell from the right one.
    `similarity`, (C, C) over the seen classes (`batches.classes`), makes hard negatives, the harder the lower the
    `temperature`; `views=2` shows each image in two guises.

    Batches of any size are cut from one stream, which `seed` and the dials make: n of size b in a row, from a step that
    n divides, show what one of size n * b does, bit for bit (unpaired ones where `mix` comes out even in both sizes).

    >>> batches(None, "none", batch=8)[0].count
    8
    """
    if kind not in DIALS:
        raise ValueError(f"a kind of batch is one of {', '.join(DIALS)}; got {kind!r}")
    added = [extra] if isinstance(extra, Benchmark | ImageSet) else list(extra)
    turned = {
        "balanced": balanced, "mix": mix != 0.5, "verbose": verbose != 0.5, "captions": captions != "written",
        "together": together != 1, "similarity": similarity is not None, "temperature": temperature != 0.1,
        "views": views != 1, "extra": bool(added),
    }  # fmt: skip
    if idle := [dial for dial, on in turned.items() if on and dial not in DIALS[kind]]:
        raise ValueError(
            f"{kind} batches have no use for {', '.join(idle)}; theirs: {', '.join(DIALS[kind]) or 'none'}"
        )
    if kind == "none":
        return NothingBatches(batch, seed)
    if bench is None:
        raise ValueError(f"{kind} batches are drawn from a benchmark; got None")
    strangers = kind in ("captioned", "unlabelled")
    source = supply(bench, sketches=sketches, photos=photos, extra=added, strangers=strangers)
    side = size or bench.size
    makers: dict[str, Callable[[], Batches[Any]]] = {
        "captioned": lambda: CaptionedBatches(batch, seed, source, side, augment, balanced, mix, verbose, captions),
        "triplet": lambda: TripletBatches(batch, seed, source, side, augment, balanced, similarity, temperature),
        "paired": lambda: PairedBatches(batch, seed, source, side, augment, balanced, verbose, captions, together),
        "unlabelled": lambda: UnlabelledBatches(batch, seed, source, side, augment, balanced, mix, views),
    }
    return makers[kind]()

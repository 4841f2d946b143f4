"""Images through a model, in batches; kept, so that the next chapter that asks for the same finds them.

- `embed(model, images)`             (n, d) unit vectors of an image set, from the cache where it has them
- `embed_pixels(model, pixels, ...)` the same of pixels at hand, such as a reader's sketch: nothing is kept
- `tokens(model, images)`            what a pairwise scorer compares, for models that have it
- `features(bench, net)`             a benchmark of what a frozen network gives, for models that learn from that

What is kept is keyed by everything it follows from: all weights and settings of the network, the source of its code,
which pictures in which order, the precision. Vectors of other weights are never used.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.features import Features
from sbirlib.data.imageset import ImageSet
from sbirlib.data.pictures import Floats
from sbirlib.models.contract import Model, kind_of, modality_number
from sbirlib.models.fingerprints import fingerprint, written_in
from sbirlib.models.modes import evaluating
from sbirlib.runs.artifacts import code_digest, kept_artifact
from sbirlib.runs.files import locked, write_rows
from sbirlib.runs.machine import device as best_device
from sbirlib.runs.pages import progress

PRECISIONS = {"no": None, "bf16": torch.bfloat16, "fp16": torch.float16}
"""What a network computes in; what comes out is float32."""


def embed(
    model: Model, images: ImageSet, *, batch: int | None = None, precision: str | None = None, cache: bool = True
) -> Tensor:
    """(n, d) unit vectors on the CPU, in evaluation mode; the model is left in the mode it was in.

    On a GPU half precision is used unless `precision` says otherwise (no, bf16, fp16). With `cache` the vectors are
    a memory map in the build folder, which the next call with the same model and images opens.
    """
    if not isinstance(model, Model):
        raise TypeError(f"embed takes a Model; got {kind_of(model)}")
    if not isinstance(images, ImageSet):
        raise TypeError(f"embed takes an ImageSet, such as bench.photos; got {kind_of(images)}")
    return torch.from_numpy(Pass(model, "embed", batch, precision).rows(images, cache))


def embed_pixels(
    model: Model, pixels: Tensor, modality: str, *, batch: int | None = None, precision: str | None = None
) -> Tensor:
    """Pixels (n, 3, s, s) of one modality as (n, d) unit vectors on the CPU."""
    if not isinstance(model, Model):
        raise TypeError(f"embed_pixels takes a Model; got {kind_of(model)}")
    modality_number(modality)
    if not len(pixels):
        raise ValueError("there is nothing to embed: no pixels were given")
    return Pass(model, "embed", batch, precision).of(pixels, modality)


def tokens(model: Model, images: ImageSet, *, batch: int | None = None, cache: bool = True) -> Tensor:
    """(n, t, d): what a pairwise scorer compares, one or more vectors an image, for models with that ability."""
    return torch.from_numpy(Pass(model, "tokens", batch, "no").rows(images, cache))


def tokens_of(model: Model, pixels: Tensor, modality: str, *, batch: int | None = None) -> Tensor:
    """The same of pixels at hand."""
    return Pass(model, "tokens", batch, "no").of(pixels, modality)


def features(
    bench: Benchmark, net: nn.Module, *, batch: int | None = None, precision: str | None = None, cache: bool = True
) -> Benchmark:
    """The benchmark whose pictures are what `net` gives for them as they are: no augmentation, no gradient to it.

    `net` is a model, whose unit vectors are taken, or an encoder (`clip`, `cnn`), whose features are.
    """
    if not isinstance(bench, Benchmark):
        raise TypeError(f"features are taken of a Benchmark, such as sb.load('world'); got {kind_of(bench)}")
    what = "embed" if isinstance(net, Model) else "encode_images"
    if not isinstance(net, nn.Module) or not hasattr(net, what):
        raise TypeError(f"features are those of a Model or of an encoder, as sb.encoders.cnn(); got {kind_of(net)}")
    if not (bench.sketches.pictures.varied and bench.photos.pictures.varied):
        raise ValueError(f"{bench.split} is a benchmark of features already")
    run = Pass(net, what, batch, precision)
    origin = run.origin()

    def of(images: ImageSet) -> ImageSet:
        values = run.rows(images, cache)
        made_by = origin or hashlib.sha256(np.ascontiguousarray(values).data).hexdigest()[:20]
        return replace(images, pictures=Features(images.pictures, images.rows, values, made_by))

    return replace(bench, sketches=of(bench.sketches), photos=of(bench.photos))


def origin_of(model: Model) -> str | None:
    """A digest of all that a model's embeddings follow from here; None where its code can't be known."""
    return Pass(model, "embed", None, None).origin()


class Pass:
    """Images through one of a network's functions."""

    def __init__(self, net: Any, what: str, batch: int | None, precision: str | None) -> None:
        if batch is not None and batch < 1:
            raise ValueError(f"batch is 1 or more; got {batch}")
        place = next((held.device for held in (*net.parameters(), *net.buffers())), torch.device("cpu"))
        self.device = best_device() if place.type == "cpu" else place  # one that was trained is where it was trained
        self.net, self.what = net, what
        self.batch = batch or afforded(net.size, self.device)
        self.precision = precise(precision, self.device)

    def of(self, pixels: Tensor, modality: str) -> Tensor:
        """What the function gives for pixels at hand."""
        return torch.from_numpy(np.concatenate([*self.parts(lambda rows: pixels[rows], modality, len(pixels))]))

    def rows(self, images: ImageSet, cache: bool) -> Floats:
        """What the function gives for each image: opened where it was kept, else computed, and kept."""
        if not len(images):
            raise ValueError(f"there is nothing to embed: {images!r}")

        def parts() -> Iterator[Floats]:
            return self.parts(lambda rows: images.pixels(rows, self.net.size), images.modality, len(images))

        origin = self.origin() if cache else None
        kept = None if origin is None else self.kept(images, parts, origin)
        return np.concatenate([*parts()]) if kept is None else kept

    def origin(self) -> str | None:
        """A digest of the network, its code, the packages it is made of, the precision and the kind of device.

        None where its code can't be known; then nothing of it is kept.
        """
        written = written_in(self.net)
        if written is None:
            return None
        code, versions = written
        facts = [fingerprint(self.net), code_digest(*code, __name__), sorted(versions.items())]
        facts += [self.what, self.net.size, self.precision, self.device.type]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:20]

    def kept(self, images: ImageSet, parts: Callable[[], Iterator[Floats]], origin: str) -> Floats | None:
        """The cache's memory map, filled now if nobody has; None where nothing can be written."""
        key = {"origin": origin, "images": images.id, "modality": images.modality}

        def folder() -> Path | None:
            return kept_artifact(
                "embeddings", lambda to: write_rows(to / "rows.npy", parts(), len(images)), key=key,
                code=images.pictures.code, what=f"embeddings of {images.plural}",
            )  # fmt: skip

        here = folder()
        if here is None:
            return None
        try:
            return read_rows(here / "rows.npy")
        except (ValueError, OSError, EOFError):  # cut short, or removed: it is only a cache
            with locked(here):
                shutil.rmtree(here, ignore_errors=True)
            here = folder()
            return None if here is None else read_rows(here / "rows.npy")

    def parts(self, pixels: Callable[[slice], Tensor], modality: str, count: int) -> Iterator[Floats]:
        """What the function gives, batch by batch; how far it is is shown where it takes long."""
        net, kind, of = self.net.to(self.device), PRECISIONS[self.precision], getattr(self.net, self.what)
        starts = range(0, count, self.batch)
        with evaluating(net):
            for start in progress(starts, f"embedding {modality} images", unit=f"batches of {self.batch}", after=3.0):
                given = pixels(slice(start, start + self.batch)).to(self.device)
                half = nullcontext() if kind is None else torch.autocast(self.device.type, dtype=kind)
                with torch.inference_mode(), half:
                    out = of(given) if self.what == "encode_images" else of(given, modality)
                    if kind is not None and self.what == "embed":
                        out = normalize(out.float(), dim=1)  # half precision leaves them a little off their length
                if len(out) != len(given):
                    raise ValueError(f"{self.what} gives a row an image, {len(given)}; got {tuple(out.shape)}")
                if not out.isfinite().all():
                    raise ValueError(f"{type(net).__name__}.{self.what} gave NaN or infinity for {modality} images")
                yield out.float().cpu().numpy()


def precise(precision: str | None, device: torch.device) -> str:
    """
    >>> precise(None, torch.device("cpu")), precise(None, torch.device("cuda")), precise("bf16", torch.device("cpu"))
    ('no', 'fp16', 'bf16')
    """
    name = ("fp16" if device.type == "cuda" else "no") if precision is None else precision
    if name not in PRECISIONS:
        raise ValueError(f"precision is one of {', '.join(PRECISIONS)}; got {precision!r}")
    return name


def afforded(size: int, device: torch.device) -> int:
    """Images a batch, a power of two: on a CPU at most as many pixels as 256 pictures of 64 have, eight times as many
    elsewhere.

    >>> afforded(64, torch.device("cpu")), afforded(224, torch.device("cpu")), afforded(224, torch.device("cuda"))
    (256, 16, 128)
    """
    most = (256 if device.type == "cpu" else 2048) * 64**2 // size**2
    return 1 << max(0, min(most, 1024).bit_length() - 1)


def read_rows(file: Path) -> Floats:
    """A memory map whose rows may be changed: what changes stays in this process."""
    rows: Floats = np.load(file, mmap_mode="c")
    return rows

"""Embeddings as binary codes, so that a model can be scored as the papers' hashing versions are.

Codes are learnt by ITQ from the training items of the seen classes, each modality about its own mean (search/itq.py
says why); no unseen picture has a part in them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from sbirlib.data.benchmark import Benchmark
from sbirlib.embedding import embed
from sbirlib.models.contract import Model
from sbirlib.search.itq import Itq


def coder(
    model: Model, bench: Benchmark, bits: int, *, seed: int = 0, own_means: bool = True, cache: bool = True
) -> Callable[[Tensor, str], Tensor]:
    """From embeddings (n, d) of one modality to codes (n, bits) as unit vectors of two values: the more bits differ,
    the smaller their cosine. Without `own_means` both modalities are coded about the mean of both, as Lazebnik's code
    does with whatever it is given."""
    if isinstance(bits, bool) or not isinstance(bits, int) or bits < 1:
        raise ValueError(f"codes have 1 bit or more; got {bits!r}")
    learnt = {part.modality: embed(model, part, cache=cache) for part in (bench.train.sketches, bench.train.photos)}
    joint = torch.cat(list(learnt.values())).mean(0)
    means = {modality: vectors.mean(0) if own_means else joint for modality, vectors in learnt.items()}
    itq = Itq.fit(torch.cat([vectors - means[modality] for modality, vectors in learnt.items()]), bits, seed=seed)

    def codes(vectors: Tensor, modality: str) -> Tensor:
        signs = 2.0 * itq.codes(vectors, means[modality]) - 1
        found: Tensor = signs / bits**0.5
        return found

    return codes

"""From embeddings to scores, a block of queries at a time: the full score matrix never exists."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import normalize

DISTANCES = ("cosine", "dot", "euclidean", "hamming")


@dataclass(frozen=True)
class Space:
    """How two embeddings are compared: higher scores are nearer, and decided in float32 whatever comes in.

    cosine     x . y / |x||y|
    dot        x . y
    euclidean  x . y - |y|^2 / 2, which orders the gallery as -|x - y| does
    hamming    x . y of codes as -1 and 1, which is d - 2 * (bits that differ): whole numbers, exact in float32
    """

    distance: str

    def __post_init__(self) -> None:
        if self.distance not in DISTANCES:
            raise ValueError(f"a distance is one of {', '.join(DISTANCES)}; got {self.distance!r}")

    def vectors(self, x: Tensor) -> Tensor:
        """The embeddings (n, d) as float32, as this distance takes them."""
        if self.distance == "hamming":
            return signs(x)
        x = x.detach().float()
        return normalize(x, dim=1) if self.distance == "cosine" else x

    def bias(self, gallery: Tensor) -> Tensor | None:
        """What is added to every query's scores, (N,)."""
        return -gallery.square().sum(dim=1) / 2 if self.distance == "euclidean" else None

    def levels(self, gallery: Tensor) -> int | None:
        """Where scores are whole numbers: the largest."""
        return gallery.shape[1] if self.distance == "hamming" else None


def signs(x: Tensor) -> Tensor:
    """Binary codes (n, d), bool, 0 and 1 or -1 and 1, as float32 -1 and 1."""
    if x.dtype == torch.bool:
        return x.float() * 2 - 1
    one, zero, minus = x == 1, x == 0, x == -1
    if not bool((one | zero).all() or (one | minus).all()):
        raise ValueError(f"hamming compares codes of bool, 0 and 1, or -1 and 1; got other values ({x.dtype})")
    return one.float() * 2 - 1


def default_block(gallery: int, device: torch.device) -> int:
    """Queries a block: on a CPU 256, or what 128 MiB of scores hold; elsewhere more."""
    if device.type == "cpu":
        return max(1, min(256, 2**25 // gallery))
    return max(1, min(4096, 2**27 // gallery))


def blocks(space: Space, query: Tensor, gallery: Tensor, rows: Tensor, block: int) -> Iterator[tuple[slice, Tensor]]:
    """The scores (b, N) of the queries `rows`, block by block, with the slice of `rows` they belong to.

    `query` (Q, d) is as it came, `gallery` (N, d) went through `vectors`. On a CPU the next block is multiplied
    while the caller works on this one, whose scores are overwritten by the block after the next.
    """
    bias = space.bias(gallery)
    slices = [slice(start, min(start + block, len(rows))) for start in range(0, len(rows), block)]
    ahead = query.device.type == "cpu"
    shape = min(block, len(rows)), len(gallery)
    with torch.inference_mode(False):  # the thread that fills them is in no mode of the caller's
        buffers = [torch.empty(shape, device=gallery.device) for _ in range(1 + (ahead and len(slices) > 1))]

    def multiply(i: int) -> Tensor:
        with torch.autocast(query.device.type, enabled=False), torch.no_grad():
            x = space.vectors(query[rows[slices[i]]])
            out = buffers[i % len(buffers)][: len(x)]
            return torch.mm(x, gallery.T, out=out) if bias is None else torch.addmm(bias, x, gallery.T, out=out)

    if not ahead:
        for i in range(len(slices)):
            yield slices[i], multiply(i)
        return
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming: Future[Tensor] = pool.submit(multiply, 0)
        for i in range(len(slices)):
            scores = coming.result()
            if i + 1 < len(slices):
                coming = pool.submit(multiply, i + 1)
            yield slices[i], scores

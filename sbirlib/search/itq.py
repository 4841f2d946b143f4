"""Binary codes by iterative quantisation (ITQ): PCA, then the rotation that brings the vectors nearest to signs.

Gong and Lazebnik, Iterative Quantization: A Procrustean Approach to Learning Binary Codes, CVPR 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

SAMPLE = 20_000


@dataclass(frozen=True, eq=False)
class Itq:
    """Codes sign((x - mean) P R). `fit` learns mean, P and R:

    P  the `bits` principal directions of the centred vectors, V = (X - mean) P
    R  min over rotations of Q(B, R) = |B - V R|^2 (equation 2), by turns from a random rotation:
       B = sign(V R), then R = U W' for B'V = W S U', the orthogonal Procrustes problem

    The codes do not change when all vectors are turned, shifted or scaled together.

    Sketches and photos have different means (the modality gap), so that a mean of photos leaves all sketches on one
    side of many a hyperplane, and the bit says only that they are sketches. `codes(x, mean=...)` takes the mean of
    what x is.
    """

    mean: Tensor
    """(d,)"""
    projection: Tensor
    """(d, bits), P"""
    rotation: Tensor
    """(bits, bits), R"""
    errors: tuple[float, ...] = ()
    """Q / n at the start and after each turn of fit; it never rises."""

    @staticmethod
    def fit(vectors: Tensor, bits: int, *, seed: int = 0, iterations: int = 50, sample: int = SAMPLE) -> Itq:
        """Learn codes of `bits` from vectors (n, d), or from `sample` of them, drawn with the seed, where n is more.

        The paper learns from all of them, in 50 turns.
        """
        n, dim = vectors.shape
        if not 1 <= bits <= dim:
            raise ValueError(f"ITQ makes 1 to {dim} bits of {dim} dimensions, one a principal direction; got {bits}")
        if n <= bits:
            raise ValueError(f"{bits} bits are learnt from more than {bits} vectors; got {n}")
        g = torch.Generator().manual_seed(seed)
        if n > sample:
            vectors = vectors[torch.randperm(n, generator=g)[: max(sample, bits + 1)].sort().values]
        x = vectors.detach().double().cpu()
        mean = x.mean(0)
        x = x - mean
        projection = torch.linalg.eigh(x.T @ x / len(x)).eigenvectors[:, -bits:].flip(1)
        v = x @ projection
        # an eigenvector's sign is the library's whim: here each direction's largest value is positive
        signs = v[v.abs().argmax(0), torch.arange(bits)].sign()
        signs[signs == 0] = 1
        projection, v = projection * signs, v * signs
        start = torch.randn(bits, bits, generator=g, dtype=torch.float64)
        rotation: Tensor = torch.linalg.qr(start).Q
        turned = v @ rotation
        errors = [error(turned)]
        for _ in range(iterations):
            w, _, u = torch.linalg.svd(sign(turned).T @ v)
            rotation = u.T @ w.T
            turned = v @ rotation
            errors.append(error(turned))
        return Itq(mean.float(), projection.float(), rotation.float(), tuple(errors))

    @property
    def bits(self) -> int:
        return self.rotation.shape[1]

    def codes(self, vectors: Tensor, mean: Tensor | None = None) -> Tensor:
        """Codes (n, bits), bool, of vectors (n, d), about the mean that was learnt or another one."""
        if vectors.shape[-1] != len(self.mean):
            raise ValueError(f"these codes are of vectors with {len(self.mean)} dimensions; got {vectors.shape[-1]}")
        centred = vectors.detach().float().cpu() - (self.mean if mean is None else mean)
        found: Tensor = centred @ (self.projection @ self.rotation) >= 0
        return found


def sign(x: Tensor) -> Tensor:
    """-1 and 1; 0 counts as positive."""
    return (x >= 0).to(x.dtype).mul_(2).sub_(1)


def error(turned: Tensor) -> float:
    """|B - VR|^2 / n with B = sign(VR)."""
    return float((1 - turned.abs()).square_().sum() / len(turned))

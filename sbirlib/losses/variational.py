"""Losses between Gaussians with diagonal covariances, each given by mean and log variance (n, d)."""

from __future__ import annotations

import torch
from torch import Tensor


def drawn(mean: Tensor, log_variance: Tensor) -> Tensor:
    """A draw from each Gaussian, through which gradients pass (Kingma and Welling, ICLR 2014)."""
    alike(mean, log_variance)
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL( N(mean, variance) || N(0, 1) ), summed over d, the mean of the rows:

        1/2 sum_d (mean^2 + variance - 1 - log variance).

    >>> divergence(torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2))
    tensor(0.5000)
    """
    alike(mean, log_variance)
    return (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2


def transport(mean: Tensor, log_variance: Tensor, other: Tensor, other_log_variance: Tensor) -> Tensor:
    """The 2-Wasserstein distance of Gaussians beside each other, the mean of the rows (in cross-aligned VAEs:
    Schönfeld et al., CVPR 2019):

        sqrt( |mean - other mean|^2 + |deviation - other deviation|^2 ).

    >>> nought = torch.zeros(1, 2)
    >>> transport(torch.tensor([[3.0, 4.0]]), nought, nought, nought)
    tensor(5.)
    """
    alike(mean, log_variance, other, other_log_variance)
    across = (mean - other).square() + ((log_variance / 2).exp() - (other_log_variance / 2).exp()).square()
    return across.sum(dim=1).clamp(min=1e-12).sqrt().mean()


def alike(*parts: Tensor) -> None:
    if parts[0].ndim != 2 or any(part.shape != parts[0].shape for part in parts):
        raise ValueError(
            f"Gaussians are rows (n, d), all of one shape; got {', '.join(str(tuple(p.shape)) for p in parts)}"
        )

"""Contrastive losses: what belongs together is told from the rest of the batch."""

from __future__ import annotations

from torch import Tensor


def contrast(queries: Tensor, keys: Tensor, scale: Tensor | float, together: Tensor | None = None) -> Tensor:
    """InfoNCE of unit vectors (n, d) against (m, d), one way,

        L = - 1/n sum_i 1/|P_i| sum_{j in P_i} log( e^{s q_i k_j} / sum_j' e^{s q_i k_j'} ).

    `together` (n, m) says which keys belong to a query, P_i (Khosla et al., 2020, "out"); every query needs one.
    Without it, row i belongs to row i.

    >>> import torch
    >>> contrast(torch.eye(2), torch.eye(2), scale=1.0)
    tensor(0.3133)
    """
    if queries.ndim != 2 or keys.ndim != 2 or queries.shape[1] != keys.shape[1]:
        raise ValueError(
            f"queries (n, d) and keys (m, d) were expected; got {tuple(queries.shape)}, {tuple(keys.shape)}"
        )
    shape = len(queries), len(keys)
    if together is None and shape[0] != shape[1]:
        raise ValueError(f"without `together`, row i belongs to row i: as many keys as queries; got {shape}")
    if together is not None and together.shape != shape:
        raise ValueError(f"together says for every query which keys belong to it, {shape}; got {tuple(together.shape)}")
    logs = (scale * queries @ keys.T).log_softmax(dim=1)
    if together is None:
        return -logs.diagonal().mean()
    own = together.to(logs.dtype)
    return -((logs * own).sum(1) / own.sum(1)).mean()


def clip_loss(images: Tensor, texts: Tensor, scale: Tensor | float, labels: Tensor | None = None) -> Tensor:
    """CLIP's loss (Radford et al., 2021), both ways, half each. With `labels` (n,), all texts of an image's class
    belong to it; without them two images of one class are negatives of each other's texts, as in CLIP.

    >>> import torch
    >>> clip_loss(torch.eye(2), torch.eye(2), scale=1.0)
    tensor(0.3133)
    """
    together = None if labels is None else labels[:, None] == labels[None]
    return (contrast(images, texts, scale, together) + contrast(texts, images, scale, together)) / 2


def both_ways(sketches: Tensor, photos: Tensor, scale: Tensor | float, together: Tensor) -> Tensor:
    """InfoNCE between sketches (n, d) and photos (m, d), both ways, half each; `together` (n, m) says what belongs to
    what. A photo to which no sketch here belongs asks for none, and sketches alone are told from it.

    >>> import torch
    >>> both_ways(torch.eye(2)[:1], torch.eye(2), 1.0, torch.tensor([[True, False]]))   # one sketch: it can't be missed
    tensor(0.1566)
    """
    answered = together.any(dim=0)
    back = contrast(photos[answered], sketches, scale, together.T[answered])
    return (contrast(sketches, photos, scale, together) + back) / 2

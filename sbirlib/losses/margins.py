"""The triplet loss: a sketch nearer to its photo than to another one, by a margin."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import relu

DISTANCES = ("cosine", "euclidean")


def triplet(
    sketches: Tensor, photos: Tensor, negatives: Tensor, margin: float = 0.3, distance: str = "cosine"
) -> Tensor:
    """L = 1/n sum_i max(0, margin + d(s_i, p_i) - d(s_i, n_i)) over rows (n, d); cosine distance is 1 - cos of unit
    vectors (Doodle2Search takes the Euclidean one and a margin of 1).

    >>> import torch
    >>> a, b = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    >>> triplet(a, b, a).item(), round(triplet(a, a, b, margin=1.5).item(), 4)
    (1.2999999523162842, 0.5)
    """
    if not sketches.shape == photos.shape == negatives.shape:
        shapes = ", ".join(str(tuple(part.shape)) for part in (sketches, photos, negatives))
        raise ValueError(f"sketches, photos and negatives are all (n, d); got {shapes}")
    if distance not in DISTANCES:
        raise ValueError(f"a distance is {' or '.join(DISTANCES)}; got {distance!r}")
    if distance == "cosine":
        near, far = 1 - (sketches * photos).sum(1), 1 - (sketches * negatives).sum(1)
    else:
        near, far = (sketches - photos).norm(dim=1), (sketches - negatives).norm(dim=1)
    return relu(margin + near - far).mean()

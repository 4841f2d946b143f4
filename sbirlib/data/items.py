"""What has to be known of sketches and photos to choose among them and to judge a ranking: no picture, no embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Items:
    """What is known of n sketches, or of n photos; row i is item i.

    `labels`    (n,)  the class, a whole number, the same one for sketches and photos
    `seen`      (n,)  whether the class was seen in training
    `keys`      n     names that order the items and tell them apart: class/file; a photo that stands in the
                      collection twice has one key
    `instances` (n,)  which photo a sketch was drawn from, and which photo this is; -1 where there is none
    `sources`   n     paired or extend, for photos of a collection that has both
    `trained`   (n,)  whether this very item was trained on, or settings were chosen on it; without it, none was
    """

    labels: Tensor
    seen: Tensor
    keys: Sequence[str]
    instances: Tensor | None = None
    sources: Sequence[str] | None = None
    trained: Tensor | None = None

    def __post_init__(self) -> None:
        for name in ("seen", "keys", "instances", "sources", "trained"):
            part = getattr(self, name)
            if part is not None and len(part) != len(self.labels):
                raise ValueError(f"{name} has one entry an item, {len(self.labels)}; got {len(part)}")

    def __len__(self) -> int:
        return len(self.labels)

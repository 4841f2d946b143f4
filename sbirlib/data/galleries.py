"""Which photos are searched, by name: collections with an extension leave that open, and the field does not agree."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from sbirlib.data.items import Items

GALLERIES = {
    "full": "every photo there is; the collection has no extension",
    "extend": "the extended photos only (Doodle2Search, SEM-PCYC, Yelamarthi et al., MA-SBIR)",
    "extend+paired": "extended and paired photos, those that stand in both twice (SAKE, ZSE-SBIR)",
    "extend+paired-dedup": "extended and paired photos, each once",
    "paired": "the photos that sketches were drawn from",
}


def admitted(gallery: str, photos: Items) -> Tensor:
    """The photos that the gallery's name admits, (n,)."""
    if gallery not in GALLERIES:
        raise ValueError(f"a gallery is one of {', '.join(GALLERIES)}; got {gallery!r}")
    everything = torch.ones(len(photos), dtype=torch.bool)
    if gallery == "full":
        if photos.sources is not None and len(set(photos.sources)) > 1:
            raise ValueError(
                "gallery full is for collections without an extension, and these photos have one: "
                "name extend, extend+paired, extend+paired-dedup or paired"
            )
        return everything
    if photos.sources is None:
        raise ValueError(f"gallery {gallery!r} tells paired from extended photos, and these have no source")
    source = np.asarray(photos.sources)
    if unknown := sorted(set(source.tolist()) - {"paired", "extend"}):
        raise ValueError(f"a photo's source is paired or extend; got {', '.join(unknown)}")
    if gallery in ("extend", "paired"):
        return torch.from_numpy(source == gallery)
    return once(photos) if gallery == "extend+paired-dedup" else everything


def once(photos: Items) -> Tensor:
    """Every photo once, (n,): of a photo that stands in both the paired and the extended part, the extended one."""
    if photos.sources is None:
        return torch.ones(len(photos), dtype=torch.bool)
    extended = {key for key, where in zip(photos.keys, photos.sources, strict=True) if where == "extend"}
    kept = [where == "extend" or key not in extended for key, where in zip(photos.keys, photos.sources, strict=True)]
    return torch.tensor(kept, dtype=torch.bool)

"""Which sketches ask and which photos are searched: a protocol's choice from what a benchmark has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from sbirlib.data.galleries import admitted
from sbirlib.data.items import Items
from sbirlib.protocols.protocol import Protocol


@dataclass(frozen=True)
class Choice:
    """Groups of queries, each with the gallery it is ranked against (rows of the sketches, rows of the photos), and
    what makes a photo right: the same `target`."""

    groups: list[tuple[Tensor, Tensor]]
    query_targets: Tensor
    gallery_targets: Tensor

    @property
    def queries(self) -> Tensor:
        """All query rows, in the order in which they are scored."""
        return torch.cat([queries for queries, _ in self.groups])


def choose(protocol: Protocol, sketches: Items, photos: Items, *, official: Sequence[str] | None = None) -> Choice:
    """The protocol's queries and gallery.

    `official` are the keys of the photos in the official fine-grained test list, which fg/sangkloy-1250 needs.

    >>> labels, seen = torch.tensor([0, 1]), torch.tensor([True, False])
    >>> items = Items(labels, seen, ["cat/1", "cow/1"])
    >>> choose(Protocol("gzs/seen+unseen", "world/mixed"), items, items).groups
    [(tensor([1]), tensor([0, 1]))]
    """
    pool = rows_of(admitted(protocol.gallery, photos))
    if protocol.fine_grained:
        return choose_instances(protocol, sketches, photos, pool, official)
    unseen_queries, unseen_photos = rows_of(~sketches.seen), pool[~photos.seen[pool]]
    # of seen classes, what was trained on is kept apart: only two tasks ask for it
    new_sketches, new_photos = ~trained(sketches), ~trained(photos)
    seen_queries, seen_photos = rows_of(sketches.seen & new_sketches), pool[(photos.seen & new_photos)[pool]]
    old_queries, old_photos = rows_of(sketches.seen & ~new_sketches), pool[(photos.seen & ~new_photos)[pool]]
    match protocol.task:
        case "zero-shot":
            queries, gallery = unseen_queries, unseen_photos
        case "seen":
            queries, gallery = seen_queries, seen_photos
        case "gzs/sempcyc20":
            draw = np.random.RandomState(0)
            # from what was trained on, where the items tell
            from_queries = old_queries if len(old_queries) else seen_queries
            from_photos = old_photos if len(old_photos) else seen_photos
            queries = torch.cat([unseen_queries, fifth(draw, unseen_queries, from_queries, sketches)])
            gallery = torch.cat([unseen_photos, fifth(draw, unseen_photos, from_photos, photos)])
        case "gzs/full-gallery":
            queries, gallery = unseen_queries, pool
        case _:  # gzs/seen+unseen
            queries, gallery = unseen_queries, torch.cat([unseen_photos, seen_photos]).sort().values
    for what, rows in (("sketch", queries), ("photo", gallery)):
        if len(rows) == 0:
            raise ValueError(f"{protocol.id}: no {what} is left; the task is: {protocol.task}")
    return Choice([(queries, gallery)], sketches.labels, photos.labels)


def choose_instances(
    protocol: Protocol, sketches: Items, photos: Items, pool: Tensor, official: Sequence[str] | None
) -> Choice:
    """Fine-grained: every sketch whose photo is in the gallery asks for that photo."""
    if sketches.instances is None or photos.instances is None:
        raise ValueError(f"{protocol.task} needs to know which photo a sketch was drawn from; these items do not say")
    if protocol.task == "fg/sangkloy-1250":
        if official is None:
            raise ValueError("fg/sangkloy-1250 needs the official test list: official=[keys of its photos]")
        listed = set(official)
        gallery = pool[torch.tensor([photos.keys[row] in listed for row in pool.tolist()], dtype=torch.bool)]
        if len(gallery) != len(listed):
            raise ValueError(f"the official list names {len(listed)} photos; {len(gallery)} of them are in the gallery")
        queries = torch.arange(len(sketches))
    else:
        gallery, queries = pool[~photos.seen[pool]], rows_of(~sketches.seen)
    gallery = gallery[photos.instances[gallery] >= 0]
    asked = sketches.instances[queries]
    queries = queries[(asked >= 0) & torch.isin(asked, photos.instances[gallery])]
    if len(queries) == 0:
        raise ValueError(f"{protocol.id}: no sketch has its photo in the gallery")
    groups = [(queries, gallery)]
    if protocol.task == "fg/within-category":
        groups = [
            (queries[sketches.labels[queries] == label], gallery[photos.labels[gallery] == label])
            for label in torch.unique(sketches.labels[queries])
        ]
    return Choice(groups, sketches.instances, photos.instances)


def fifth(draw: np.random.RandomState, unseen: Tensor, seen: Tensor, items: Items) -> Tensor:
    """Seen items, a fifth as many as there are unseen ones, drawn from those sorted by key."""
    wanted = round(0.2 * len(unseen))
    if wanted > len(seen):
        raise ValueError(f"gzs/sempcyc20 draws {wanted} seen items; there are {len(seen)}")
    ordered = sorted(seen.tolist(), key=lambda row: items.keys[row])
    return torch.tensor([ordered[i] for i in draw.permutation(len(ordered))[:wanted]], dtype=torch.long)


def trained(items: Items) -> Tensor:
    return torch.zeros(len(items), dtype=torch.bool) if items.trained is None else items.trained


def rows_of(mask: Tensor) -> Tensor:
    return mask.nonzero()[:, 0]

"""What there is to learn from: a benchmark's training items, less what is held out, plus what is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from sbirlib.data.benchmark import Benchmark, listing
from sbirlib.data.imageset import ImageSet, word
from sbirlib.data.items import Items
from sbirlib.data.pictures import Joined
from sbirlib.data.roles import TRAIN, shuffling

Extra = Benchmark | ImageSet


@dataclass(frozen=True, eq=False)
class Supply:
    """Sketches and photos to learn from, their classes numbered alike."""

    source: str
    """The benchmark's split, for messages."""
    sketches: ImageSet
    photos: ImageSet

    @property
    def classes(self) -> tuple[str, ...]:
        """Names by label: the seen classes, then those that extra data bring. No other class has a number here."""
        return self.photos.classes


def supply(
    bench: Benchmark, *, sketches: float = 1.0, photos: float = 1.0, extra: Sequence[Extra] = (), strangers: bool = True
) -> Supply:
    """The training items of `bench`: of its sketches and photos the given shares, and all of `extra`.

    Extra classes are matched by name. One that the benchmark keeps from training is refused, and so is one that
    it does not know, unless `strangers` are welcome.
    """
    own = {"sketch": kept(bench.train.sketches, sketches), "photo": kept(bench.train.photos, photos)}
    added = [images for one in extra for images in training(one)]
    labels = matched(bench, added, strangers)
    refuse_held_out(bench, added)
    seen = numbered(bench)
    classes = (*seen, *[name for name, label in labels.items() if label >= len(seen)])
    for modality in own:
        others = [images for images in added if images.modality == modality]
        own[modality] = joined(own[modality], others, labels, classes)
    return Supply(bench.split, own["sketch"], own["photo"])


def kept(images: ImageSet, share: float) -> ImageSet:
    """A share of each class's images, at least one if it is not 0: a smaller share is a part of a larger one.

    Which ones hangs on their keys alone: not on the seed, the order of the files or the other classes.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the share of {images.modality} images to keep goes from 0 to 1; got {share}")
    if share == 1:
        return images
    chosen: list[int] = []
    for rows in images.of_class.values():
        ordered = sorted(rows.tolist(), key=lambda row: shuffling(images.keys[row]))
        chosen += ordered[: max(round(share * len(ordered)), int(share > 0))]
    return images.take(np.array(sorted(chosen), dtype=np.int64))


def training(extra: Extra) -> list[ImageSet]:
    """What may be learnt from in extra data, by modality; it may have one only."""
    if isinstance(extra, Benchmark):
        found, name = [extra.train.sketches, extra.train.photos], extra.split
    else:
        found, name = [extra.take(extra.roles == TRAIN)], repr(extra)
    if not any(len(images) for images in found):
        raise ValueError(f"extra data are added by their training items, and these have none: {name}")
    return [images for images in found if len(images)]


def matched(bench: Benchmark, added: Sequence[ImageSet], strangers: bool) -> dict[str, int]:
    """The label of each extra class; spelling (hot-air_balloon, Hot air balloon) makes no difference."""
    seen = {spelling(name): label for label, name in enumerate(numbered(bench))}
    names = {images.classes[label]: spelling(images.classes[label]) for images in added for label in images.of_class}
    others = {name: plain for name, plain in names.items() if plain not in seen}
    unseen = set(bench.classes) - set(bench.seen_classes)
    # a class that shares its plain word with an unseen one may well be it: bat, and bat (animal)
    closed = {spelling(word(name)) for name in unseen}
    if leaked := [name for name in others if spelling(word(name)) in closed]:
        raise ValueError(f"extra data show classes that {bench.split} keeps from training: {listing(leaked)}")
    if others and not strangers:
        raise ValueError(f"here extra data are of the seen classes; {bench.split} has no {listing(others)}")
    new = {plain: len(seen) + place for place, plain in enumerate(dict.fromkeys(others.values()))}
    return {name: (seen | new)[plain] for name, plain in names.items()}


def numbered(bench: Benchmark) -> tuple[str, ...]:
    """The seen classes in the order of the benchmark's: the first labels of a batch."""
    seen = set(bench.seen_classes)
    return tuple(name for name in bench.classes if name in seen)


def spelling(name: str) -> str:
    """A class's name as it compares.

    >>> spelling("hot-air_balloon") == spelling("Hot air balloon")
    True
    """
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def refuse_held_out(bench: Benchmark, added: Sequence[ImageSet]) -> None:
    """Stop where an extra picture shows what the benchmark tests or selects on, in whatever modality or guise."""
    held: set[str] = set()
    for whole in (bench.sketches, bench.photos):
        held |= set(whole.take(whole.roles != TRAIN).identities)
    for images in added:
        if leaked := [key for key, who in zip(images.keys, images.identities, strict=True) if who in held]:
            raise ValueError(
                f"extra data hold {images.modality} images of what is tested or selected on: {listing(leaked)}"
            )


def joined(own: ImageSet, others: Sequence[ImageSet], labels: dict[str, int], classes: tuple[str, ...]) -> ImageSet:
    """One set of one numbering. What is added is unpaired: whatever it was drawn from, nothing here was."""
    here = {name: label for label, name in enumerate(classes)}
    relabelled = torch.tensor([here[name] for name in own.names], dtype=torch.long)
    own = replace(own, classes=classes, items=replace(own.items, labels=relabelled))
    if not others:
        return own
    parts = [own, *others]
    pictures = Joined([images.pictures for images in parts])
    numbers = [own.labels, *[torch.tensor([labels[name] for name in images.names]) for images in others]]
    instances = own.items.instances
    loose = torch.full((sum(map(len, others)),), -1)
    items = Items(
        labels=torch.cat(numbers),
        seen=torch.cat([images.items.seen for images in parts]),
        keys=[key for images in parts for key in images.keys],
        instances=None if instances is None else torch.cat([instances, loose]),
    )
    rows = np.concatenate([images.rows + start for images, start in zip(parts, pictures.starts[:-1], strict=True)])
    return replace(own, items=items, roles=np.full(len(rows), TRAIN), pictures=pictures, rows=rows)

"""A benchmark: classes that are seen, carved out of them some for validation, and classes that are not seen.

- `bench.train`       what a model learns from: training instances of seen classes
- `bench.seen`        test instances of the same classes
- `bench.unseen`      test instances of classes no model has been trained on
- `bench.tuning`      a benchmark for choosing settings: the validation classes play the unseen ones; the truly
                      unseen classes and all test instances are not in it
- `bench.validation`  what it tests on: instances that are neither trained on nor tested on elsewhere
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sbirlib.data.galleries import admitted, once
from sbirlib.data.imageset import ROLES, ImageSet
from sbirlib.data.roles import TEST, TRAIN, VALIDATION

if TYPE_CHECKING:
    from sbirlib.data.graph import Graph


@dataclass(frozen=True, eq=False)
class Part:
    """Sketches and photos of some classes."""

    classes: tuple[str, ...]
    sketches: ImageSet
    photos: ImageSet

    def __repr__(self) -> str:
        return f"{len(self.classes)} classes, {len(self.sketches):,} sketches, {len(self.photos):,} photos"


@dataclass(frozen=True, eq=False)
class Benchmark:
    """Sketches and photos of named classes, and who may see which of them."""

    name: str
    """What was loaded: world, sketchy, tuberlin, quickdraw, folder, ..."""
    split: str
    """The split's name, as protocols print it: world/mixed, sketchy/split2, ..."""
    sketches: ImageSet
    photos: ImageSet
    seen_classes: tuple[str, ...]
    unseen_classes: tuple[str, ...]
    validation_classes: tuple[str, ...] = ()
    """Some of the seen classes."""
    gallery: str = "full"
    """Which photos are searched, by the protocols' names; learning takes all of them, each once."""
    version: str = ""
    """The drawn world's version; empty for data from disk."""
    graph: Graph | None = None
    """What is known of the classes: is-a, has-part, used-for."""

    def __post_init__(self) -> None:
        if self.sketches.classes != self.photos.classes:
            raise ValueError("sketches and photos number their classes differently")
        if both := set(self.seen_classes) & set(self.unseen_classes):
            raise ValueError(f"a class is seen or unseen, never both: {listing(both)}")
        if strange := set(self.validation_classes) - set(self.seen_classes):
            raise ValueError(f"validation classes are carved out of the seen ones; not among them: {listing(strange)}")
        if unknown := {*self.seen_classes, *self.unseen_classes} - set(self.classes):
            raise ValueError(f"the split {self.split} names classes that the data do not have: {listing(unknown)}")
        part_of: dict[int, int] = {}
        for images in (self.sketches, self.photos):
            if images.items.instances is None:
                continue
            for instance, role in zip(images.items.instances.tolist(), images.roles.tolist(), strict=True):
                if instance >= 0 and part_of.setdefault(instance, role) != role:
                    raise ValueError(f"an instance is trained on or tested on, never both: instance {instance}")

    @property
    def classes(self) -> tuple[str, ...]:
        """All names, by label."""
        return self.photos.classes

    @property
    def size(self) -> int:
        return self.photos.size

    @cached_property
    def id(self) -> str:
        """A digest of what is in it: items with their instances, roles, pictures with their captions, split."""
        content = hashlib.sha256(f"{self.split} {self.gallery} {self.version}".encode())
        for images in (self.sketches, self.photos):
            content.update(f"{images.pictures.id} {images.pictures.words}".encode())
            content.update("\n".join(images.keys).encode(errors="surrogateescape"))
            instances = images.items.instances
            arrays = [images.rows, images.roles, images.labels.numpy(), images.items.seen.numpy()]
            for array in arrays if instances is None else [*arrays, instances.numpy()]:
                content.update(np.ascontiguousarray(array).tobytes())
        return content.hexdigest()[:16]

    def part(self, classes: Iterable[str], roles: Sequence[int], gallery: str | None = None) -> Part:
        """The items of `classes` that play one of `roles` (train 0, validation 1, test 2).

        The photos are those that `gallery` admits; without one, every photo once.
        """
        names = tuple(classes)
        if strange := [name for name in names if name not in self.classes] or (isinstance(classes, str) and [classes]):
            raise ValueError(f"classes by their names were expected, in a list; {self.split} has no {listing(strange)}")
        labels = torch.tensor([self.classes.index(name) for name in names], dtype=torch.long)

        def of(images: ImageSet) -> Tensor:
            return torch.isin(images.labels, labels) & torch.isin(torch.from_numpy(images.roles), torch.tensor(roles))

        items = self.photos.items
        photos = of(self.photos) & (once(items) if gallery is None else admitted(gallery, items))
        return Part(names, self.sketches.take(of(self.sketches)), self.photos.take(photos))

    @cached_property
    def train(self) -> Part:
        """What a model learns from: the seen classes' training instances."""
        return self.part(self.seen_classes, [TRAIN])

    @cached_property
    def seen(self) -> Part:
        """The seen classes' test instances."""
        return self.part(self.seen_classes, [TEST], self.gallery)

    @cached_property
    def unseen(self) -> Part:
        """The unseen classes: sketches that ask and photos that are searched."""
        return self.part(self.unseen_classes, range(len(ROLES)), self.gallery)

    @property
    def validation(self) -> Part:
        """What `tuning` tests on. Beside it, learn from `tuning.train`: `train` has these classes, too."""
        return self.tuning.unseen

    @cached_property
    def tuning(self) -> Benchmark:
        """For choosing settings: validation classes are the unseen ones, validation instances the test instances.

        Neither a class that is unseen here nor any test instance is in it; what the validation classes have for
        training is left out, too.
        """
        if not self.validation_classes:
            raise ValueError(f"{self.split} was loaded without validation classes: settings can't be chosen on it")
        seen = tuple(name for name in self.seen_classes if name not in self.validation_classes)
        held_out = torch.tensor([self.classes.index(name) for name in self.validation_classes], dtype=torch.long)
        known = torch.tensor([self.classes.index(name) for name in self.seen_classes], dtype=torch.long)

        def of(images: ImageSet) -> ImageSet:
            validated = torch.from_numpy(images.roles == VALIDATION)
            learnt = torch.from_numpy(images.roles == TRAIN) & ~torch.isin(images.labels, held_out)
            kept = images.take(torch.isin(images.labels, known) & (validated | learnt))
            fresh = torch.isin(kept.labels, held_out)
            roles = np.where(kept.roles == VALIDATION, TEST, TRAIN)
            trained = torch.from_numpy(roles == TRAIN)
            return replace(kept, roles=roles, items=replace(kept.items, seen=~fresh, trained=trained))

        return replace(
            self,
            split=f"{self.split}+tuning",
            sketches=of(self.sketches),
            photos=of(self.photos),
            seen_classes=seen,
            unseen_classes=self.validation_classes,
            validation_classes=(),
        )

    def knowing(self, graph: Graph, *, skip: bool = False) -> Benchmark:
        """The same with what is known of its classes. Seen classes that the graph does not have end in one error, or
        with `skip` they are things of which nothing is known."""
        if (unknown := set(self.seen_classes) - set(graph.nodes)) and not skip:
            raise ValueError(
                f"the graph does not know {listing(unknown)}; skip=True takes them as things of which nothing is known"
            )
        return replace(self, graph=graph.with_things(sorted(unknown)))

    def keep(self, size: int | None = None) -> Benchmark:
        """Draw or decode every picture once, into memory maps; gives the benchmark back."""
        self.sketches.keep(size)
        self.photos.keep(size)
        return self

    def __repr__(self) -> str:
        lines = [f"{self.split} (gallery {self.gallery})" + (f", world {self.version}" if self.version else "")]
        lines += [f"  {what:<7} {part!r}" for what, part in (("train", self.train), ("seen", self.seen))]
        lines.append(f"  unseen  {self.unseen!r}")
        if self.validation_classes:
            lines.append(f"  {len(self.validation_classes)} of the seen classes are for validation (bench.tuning)")
        return "\n".join(lines)


def listing(names: Iterable[str], most: int = 5) -> str:
    """Names for a message: the first few, and how many more.

    >>> listing(["cat", "bat"])
    'bat, cat'
    """
    ordered = sorted(names)
    return ", ".join(ordered[:most]) + (f" and {len(ordered) - most:,} more" if len(ordered) > most else "")

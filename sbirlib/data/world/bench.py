"""The drawn world as a benchmark: its splits, its instances, and the pictures it draws when they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.imageset import ImageSet
from sbirlib.data.items import Items
from sbirlib.data.pictures import Bytes, Ints, Pictures, Stroke
from sbirlib.data.roles import TEST, TRAIN, VALIDATION, shuffling
from sbirlib.data.world.captions import caption
from sbirlib.data.world.captions import noun as part_noun
from sbirlib.data.world.instance import DIALS, VERSION, Dials, Instance
from sbirlib.data.world.kinds import FILES, entries, kinds
from sbirlib.data.world.relations import knowledge
from sbirlib.runs.profile import profile
from sbirlib.runs.reads import reads

SPLITS = Path(__file__).parent / "splits.txt"
UNSEEN = 18
"""How many classes a random split keeps unseen."""
PRETRAINING = 1_000_000
"""The first index of instances that are for pretraining: no benchmark has so many."""


class WorldPictures(Pictures):
    """Photos or sketches of instances, drawn when they are asked for."""

    code = ("sbirlib.data.world.instance",)

    def __init__(self, modality: str, instances: Sequence[tuple[str, int, int]], seed: int = 0, dials: Dials = DIALS):
        self.modality = modality
        self.instances = list(instances)
        """Class, index, and for a sketch which of the instance's sketches."""
        self.seed = seed
        self.dials = dials
        self.said: dict[tuple[int, bool], str] = {}
        content = f"{VERSION} {definitions()} {modality} {seed} {dials} {self.instances}"
        self.id = hashlib.sha256(content.encode()).hexdigest()[:20]

    def __len__(self) -> int:
        return len(self.instances)

    def instance(self, row: int) -> Instance:
        """The thing in the picture, as vectors."""
        name, index, _ = self.instances[row]
        return Instance(name, index, self.seed)

    def identity(self, row: int) -> str:
        name, index, _ = self.instances[row]
        return f"world/{VERSION}/{self.seed}/{name}/{index}"

    def draw(self, rows: Ints, size: int) -> Bytes:
        out = np.empty((len(rows), size, size, 3), dtype=np.uint8)
        for place, row in enumerate(rows.tolist()):
            instance = self.instance(row)
            if self.modality == "photo":
                out[place] = instance.photo(size, self.dials)
            else:
                out[place] = instance.sketch(self.instances[row][2], size, self.dials)
        return out

    def caption(self, row: int, verbose: bool) -> str:
        if (row, verbose) not in self.said:  # a program's run each: once is enough
            take = self.instances[row][2]
            self.said[row, verbose] = caption(self.instance(row), self.modality, verbose, take, self.dials)
        return self.said[row, verbose]

    def attributes(self, row: int) -> Mapping[str, str]:
        return self.instance(row).attributes

    def strokes(self, row: int) -> list[Stroke] | None:
        if self.modality == "photo":
            return None
        return self.instance(row).strokes(self.instances[row][2], self.dials).ways

    def parts(self, row: int, size: int) -> tuple[Ints, list[str]]:
        instance, ids = self.instance(row), np.empty((size, size), dtype=np.int64)
        if self.modality == "photo":
            instance.photo(size, self.dials, ids)
            drawn = [part.name for part in instance.figure.parts]
        else:
            take = self.instances[row][2]
            strokes = instance.strokes(take, self.dials)
            instance.inked(strokes, take, size, ids)
            drawn = strokes.parts
        # a part of a part belongs to it: a horn's knob to the horn
        nouns = [part_noun(name.split("'s ")[0]) or name for name in drawn]
        names = sorted(set(nouns))
        table = np.array([*(names.index(name) for name in nouns), -1])
        return table[ids], names


@cache
def definitions() -> str:
    """A digest of the files that say what the classes are."""
    return hashlib.sha256(b"".join(reads(file).read_bytes() for file in sorted(FILES.glob("*.txt")))).hexdigest()[:16]


def world_split(name: str) -> tuple[list[str], list[str]]:
    """Seen and unseen classes of one of the world's splits: those in `splits.txt`, or random-0, random-1, ..."""
    pool = [kind.name for kind in kinds().values() if not kind.origin]
    written = entries(SPLITS)
    start, _, number = name.partition("-")
    if name in written:
        unseen = [each.strip() for each in written[name].split(",")]
    elif start == "random" and number.isdigit():
        unseen = sorted(pool, key=lambda each: shuffling(f"{number} {each}"))[:UNSEEN]
    else:
        raise ValueError(f"the world's splits are {', '.join(written)}, random-0, random-1, ...; got {name!r}")
    if unknown := set(unseen) - set(pool):
        raise ValueError(
            f"{SPLITS.name}: {name} names classes that the world does not have: {', '.join(sorted(unknown))}"
        )
    return [each for each in pool if each not in unseen], [each for each in pool if each in unseen]


def role_of(name: str, index: int, unseen: Collection[str], validating: Collection[str]) -> int:
    """An instance's role, by its last digit: the same however many of its class are loaded.

    >>> [role_of("cow", index, (), ()) for index in range(10)]
    [0, 0, 0, 2, 0, 1, 0, 0, 2, 0]
    """
    if name in unseen or index % 10 in (3, 8):
        return TEST
    return VALIDATION if index % 10 in ((0, 5, 9) if name in validating else (5,)) else TRAIN


def load_world(
    split: str = "mixed",
    *,
    size: int = 64,
    seed: int = 0,
    validation: int | None = None,
    per_class: int | None = None,
    dials: Dials = DIALS,
    takes: int = 1,
) -> Benchmark:
    """The drawn world under one of its splits, with `per_class` instances a class, `takes` sketches of each.

    Of a seen class a fifth of the instances is for test and a tenth for validation, of a validation class three.
    By default one seen class in eight is a validation class.
    """
    if size < 8:
        raise ValueError(f"a picture's side is 8 pixels or more; got size={size}")
    name = split.removeprefix("world/")
    seen, unseen = world_split(name)
    classes = tuple(sorted([*seen, *unseen]))
    count = profile().world_per_class if per_class is None else per_class
    if count < 1:
        raise ValueError(f"at least one instance a class was expected; got per_class={count}")
    wanted = max(1, round(len(seen) / 8)) if validation is None else validation
    if not 0 <= wanted < len(seen):
        raise ValueError(f"validation classes are carved out of {len(seen)} seen ones; got validation={wanted}")
    ordered = sorted(seen, key=lambda each: shuffling(f"validation {name} {each}"))
    validating = set(ordered[:wanted])
    photos = [(each, index, 0) for each in classes for index in range(count)]
    sketches = [(each, index, take) for each in classes for index in range(count) for take in range(takes)]

    def images(modality: str, rows: list[tuple[str, int, int]]) -> ImageSet:
        names = [each for each, _, _ in rows]
        roles = np.array([role_of(each, index, unseen, validating) for each, index, _ in rows], dtype=np.int64)
        labels = torch.tensor([classes.index(each) for each in names], dtype=torch.long)
        is_seen = torch.tensor([each not in unseen for each in names])
        return ImageSet(
            modality,
            Items(
                labels=labels,
                seen=is_seen,
                keys=[
                    f"{each}/{index:06d}" + (f"-{take}" if modality == "sketch" else "") for each, index, take in rows
                ],
                instances=labels * PRETRAINING + torch.tensor([index for _, index, _ in rows], dtype=torch.long),
                trained=torch.from_numpy(roles != TEST) & is_seen,
            ),
            classes,
            roles,
            WorldPictures(modality, rows, seed, dials),
            np.arange(len(rows)),
            size,
        )

    return Benchmark(
        name="world",
        split=f"world/{name}",
        sketches=images("sketch", sketches),
        photos=images("photo", photos),
        seen_classes=tuple(seen),
        unseen_classes=tuple(unseen),
        validation_classes=tuple(sorted(validating)),
        version=VERSION,
        graph=knowledge(),
    )


def pretraining(
    modality: str,
    classes: Sequence[str] | None = None,
    *,
    per_class: int = 500,
    size: int = 64,
    seed: int = 0,
    test: int = 0,
    among: Sequence[str] | None = None,
) -> ImageSet:
    """Pictures to pretrain on, of all classes or of some: instances that no benchmark has.

    The last `test` of each class are for measuring what was learnt. Origin classes have photos only. Labels count
    the classes, or those that they are `among`.
    """
    names = tuple(sorted(kinds() if classes is None else classes))
    if unknown := set(names) - set(kinds()):
        raise ValueError(f"the world has no class {', '.join(sorted(unknown))}")
    if modality == "sketch" and (origin := [name for name in names if kinds()[name].origin]):
        raise ValueError(f"no sketch of an origin class is ever drawn; got {', '.join(origin[:5])}")
    numbered = names if among is None else tuple(among)
    rows = [(name, PRETRAINING + index, 0) for name in names for index in range(per_class)]
    labels = torch.tensor([numbered.index(name) for name, _, _ in rows], dtype=torch.long)
    roles = np.array(
        [TEST if index - PRETRAINING >= per_class - test else TRAIN for _, index, _ in rows], dtype=np.int64
    )
    items = Items(
        labels=labels,
        seen=torch.ones(len(rows), dtype=torch.bool),
        keys=[f"{name}/{index}" for name, index, _ in rows],
        instances=labels * PRETRAINING * 10 + torch.tensor([index for _, index, _ in rows], dtype=torch.long),
        trained=torch.from_numpy(roles == TRAIN),
    )
    return ImageSet(modality, items, numbered, roles, WorldPictures(modality, rows, seed), np.arange(len(rows)), size)


def pretraining_bench(
    photos: Sequence[str],
    sketches: Sequence[str] = (),
    *,
    per_class: int = 500,
    size: int = 64,
    seed: int = 0,
    test: int = 0,
) -> Benchmark:
    """A benchmark to pretrain on: photos of some classes, sketches of some of these, and no class unseen."""
    names = tuple(sorted(photos))

    def images(modality: str, of: Sequence[str]) -> ImageSet:
        return pretraining(modality, of, per_class=per_class, size=size, seed=seed, test=test, among=names)

    return Benchmark(
        name="world",
        split="world/pretraining",
        sketches=images("sketch", sketches),
        photos=images("photo", names),
        seen_classes=names,
        unseen_classes=(),
        version=VERSION,
        graph=knowledge(),
    )

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from numbered import bench, extra

import sbirlib as sb
from sbirlib.data import Captioned, Nothing, Pairs, Triplets, Unlabelled, batches
from sbirlib.data.batching import DIALS

MADE = {"captioned": Captioned, "triplet": Triplets, "paired": Pairs, "unlabelled": Unlabelled, "none": Nothing}


@pytest.mark.parametrize("kind", DIALS)
def test_a_name_gives_its_kind(kind: str) -> None:
    found = batches(bench(), kind, batch=6)[0]
    assert type(found) is MADE[kind]
    assert len(found) == 6


def test_every_dial_is_a_parameter_and_every_parameter_belongs_somewhere() -> None:
    common = {"bench", "kind", "batch", "seed", "size", "augment", "sketches", "photos"}
    assert set(inspect.signature(batches).parameters) == common | {dial for dials in DIALS.values() for dial in dials}


@pytest.mark.parametrize(
    ("kind", "dial", "value"),
    [
        ("captioned", "similarity", torch.eye(5)),
        ("captioned", "temperature", 0.2),
        ("captioned", "views", 2),
        ("triplet", "mix", 0.3),
        ("triplet", "verbose", 1.0),
        ("unlabelled", "balanced", True),
        ("paired", "extra", extra("photo", ("cat",))),
        ("none", "mix", 0.3),
    ],
)
def test_a_dial_that_turns_nothing_is_refused(kind: str, dial: str, value: Any) -> None:
    theirs = ", ".join(DIALS[kind]) or "none"
    with pytest.raises(ValueError, match=rf"{kind} batches have no use for {dial}; theirs: {theirs}"):
        batches(bench(), kind, batch=4, **{dial: value})


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    message = "a kind of batch is one of captioned, triplet, paired, unlabelled, none; got 'triplets'"
    with pytest.raises(ValueError, match=message):
        batches(bench(), "triplets")


def test_only_a_model_that_needs_no_data_goes_without_a_benchmark() -> None:
    made = batches(None, "none", batch=3)
    assert made[0].seed != made[1].seed
    assert made.steps_an_epoch == 1
    with pytest.raises(ValueError, match="captioned batches are drawn from a benchmark; got None"):
        batches(None, "captioned")


def test_one_extra_or_several() -> None:
    more = extra("photo", ("cat",))
    one, several = (batches(bench(), "unlabelled", batch=4, extra=e) for e in (more, [more, more]))
    assert len(several.supply.photos) - len(one.supply.photos) == len(more)


def test_the_side_is_the_benchmarks_unless_another_is_asked_for() -> None:
    assert batches(bench(), "paired", batch=2)[0].photos.shape == (2, 3, 8, 8)
    assert batches(bench(), "paired", batch=2, size=12)[0].photos.shape == (2, 3, 12, 12)


def test_the_front_door_gives_the_function_and_not_a_module() -> None:
    assert sb.data.batches is batches
    assert callable(batches)

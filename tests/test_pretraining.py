from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open

import sbirlib as sb
from sbirlib.data.imageset import phrase
from sbirlib.data.world import VERSION, kinds
from sbirlib.encoders import Clip, Cnn, clip, cnn, read_weights
from sbirlib.encoders.sources import SHIPPED
from sbirlib.pretraining import STARTS, curve, named, pictures, pretrain, vocabulary

ALL, ORIGIN = set(kinds()), {name for name, kind in kinds().items() if kind.origin}


@pytest.mark.parametrize("name", STARTS)
def test_what_travels_with_the_book(name: str) -> None:
    file = SHIPPED / f"{name}.safetensors"
    assert file.stat().st_size <= 8_000_000
    with safe_open(file, framework="pt") as opened:
        kinds_of = {opened.get_slice(key).get_dtype() for key in opened.keys()}  # noqa: SIM118
    assert kinds_of <= {"F16", "I64"}  # batch norm counts its batches
    _, card = read_weights(file, world=VERSION)
    assert card["name"] == name
    assert card["seen"] == STARTS[name].seen
    assert card["steps"] == STARTS[name].steps
    assert card["limits"]
    assert {"seed", "commit", "recipe", "hardware", "seconds", "numbers"} <= set(card)
    (record,) = sb.runs.read_records(sb.runs.path("shipped", f"weights-{name}.jsonl"))
    assert card["numbers"].items() <= record.numbers.items()
    assert (record.world, record.commit) == (card["world"], card["commit"])


def test_the_words_are_those_of_the_captions() -> None:
    words = vocabulary(per_class=2)
    for name in ("tiny", "tiny-sketchy", "tiny-strict"):
        tokenizer = clip(name).tokenizer
        assert isinstance(tokenizer, type(words))
        assert set(words.words) <= set(tokenizer.words)
        assert not tokenizer.unknown(" ".join(phrase(kind, each) for each in ALL for kind in ("photo", "sketch")))


@pytest.mark.parametrize("name", STARTS)
def test_a_start_learns_from_what_its_card_says(name: str) -> None:
    start = STARTS[name]
    bench = pictures(start, per_class=4)
    photos, sketches = set(bench.photos.names), set(bench.sketches.names)
    assert photos == (ORIGIN if start.origin_only else ALL)
    assert sketches == (ALL - ORIGIN if start.sketches else set())
    assert ("no sketch" in start.seen) == (start.sketches == 0)
    assert ("origin classes only" in start.seen or not start.text) == start.origin_only
    # what is pretrained on is in no benchmark
    world = sb.load("world", split="mixed", per_class=30)
    met = set(bench.photos.identities) | set(bench.sketches.identities)
    assert met.isdisjoint(world.photos.identities)


def test_the_default_start_is_what_the_papers_start_from() -> None:
    """Good at photos and text, far from lost on sketches, and with room above: measured on few instances, live."""
    bench = sb.load("world", split="mixed", per_class=10, size=48)
    model = sb.models.FrozenCLIP(clip("tiny"))
    assert named(model.encoder, model, bench.photos) > 0.75
    assert 0.2 < named(model.encoder, model, bench.sketches) < 0.7
    card = sb.evaluate(model, bench)
    assert card.floor["mAP@all"] + 0.2 < card["mAP@all"] < card.ceiling["mAP@all"] - 0.1
    strict = sb.evaluate(sb.models.FrozenCLIP(clip("tiny-strict")), bench)
    assert strict.floor["mAP@all"] + 0.05 < strict["mAP@all"] < card["mAP@all"]


def test_the_cnn_knows_origin_classes() -> None:
    teacher = cnn("tiny")
    assert set(teacher.classes) == ORIGIN
    photos = pictures(STARTS["tiny-cnn"], per_class=4).photos
    assert named(teacher, sb.models.FrozenCLIP(clip("tiny")), photos) > 0.75


@pytest.mark.parametrize("name", ["tiny-sketchy", "tiny-cnn"])
def test_making_them_repeats_and_resumes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def weights(encoder: Clip | Cnn) -> dict[str, torch.Tensor]:
        return encoder.state_dict()

    _, once = pretrain(name, steps=3, per_class=4)
    run, again = pretrain(name, steps=3, per_class=4, folder=tmp_path)
    assert all(torch.equal(value, weights(again)[key]) for key, value in weights(once).items())
    resumed, third = pretrain(name, steps=3, per_class=4, folder=tmp_path)
    assert all(torch.equal(value, weights(third)[key]) for key, value in weights(once).items())
    assert curve(resumed, window=2) == curve(run, window=2)
    assert len(curve(run, window=2)["steps"]) == 2

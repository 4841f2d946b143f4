from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from torch import Tensor

import sbirlib as sb
from sbirlib.data.benchmark import Benchmark
from sbirlib.encoders import read_weights
from sbirlib.encoders.sources import shipped
from sbirlib.encoders.weights import write_weights
from sbirlib.models import CLIPAT, LCALE, SAKE, Classes, Model
from sbirlib.training import Run, load, save
from sbirlib.training.fitting import known_classes
from sbirlib.training.saved import restore
from tests.training.toy import Toy


def world() -> Benchmark:
    return sb.load("world", split="mixed", per_class=10, size=8)


def test_what_is_saved_comes_back_and_says_what_it_is(tmp_path: Path) -> None:
    run = sb.fit(Toy(), world(), seed=3)
    file = save(run, tmp_path / "toy.safetensors")
    model = load(Toy(), file)
    for name, value in model.state_dict().items():
        assert torch.equal(value, run.model.state_dict()[name]), name
    assert not model.training
    _, card = read_weights(file)
    assert (card["model"], card["config"], card["seeds"]) == ("Toy", {"width": 6}, [3])
    assert (card["data"], card["world"]) == ("world/mixed", world().version)


def test_another_model_and_another_world_are_refused(tmp_path: Path) -> None:
    file = save(sb.fit(Toy(), world()), tmp_path / "toy.safetensors")
    with pytest.raises(ValueError, match=r"holds another model: config.width is 6 there and 7 here"):
        load(Toy(7), file)
    with pytest.raises(ValueError, match="version 1 of the drawn world; this is version 2"):
        load(Toy(), file, world="2")


def test_a_pickle_is_refused(tmp_path: Path) -> None:
    torch.save({"model": Toy()}, tmp_path / "toy.pt")
    with pytest.raises(ValueError, match="pickle of more than tensors"):
        load(Toy(), tmp_path / "toy.pt")


def test_what_does_not_fit_is_said_in_one_line(tmp_path: Path) -> None:
    file = save(sb.fit(Toy(), world()), tmp_path / "toy.safetensors")
    tensors, card = read_weights(file)
    write_weights(file, {"other": torch.ones(1), **tensors, "norm.bias": torch.ones(7)}, card)
    with pytest.raises(ValueError, match=r"^toy.safetensors .*other unexpected; norm.bias is \(7,\), expected \(6,\)$"):
        load(Toy(), file)
    write_weights(file, tensors, {**card, "model": "Still"})
    with pytest.raises(ValueError, match=r"^toy.safetensors holds another model: 'Still', where 'Toy' was expected$"):
        load(Toy(), file)


def test_an_encoders_weights_are_no_model() -> None:
    with pytest.raises(ValueError, match=r"^tiny.safetensors holds no model that sb.save wrote") as error:
        load(Toy(), shipped("tiny"))
    assert len(str(error.value)) < 150


def test_a_card_that_names_no_model_is_refused(tmp_path: Path) -> None:
    for number, card in enumerate([{"model": "Triplet"}, {"model": "Toy", "config": {"encoder": "tiny"}}, {}, ["odd"]]):
        file = write_weights(tmp_path / f"{number}.safetensors", {"weight": torch.ones(1)}, card)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=rf"{number}\.safetensors holds no model that is built by its name"):
            restore(file)


def on_features(steps: int = 2, classes: Classes | None = None, **options: Any) -> Run:
    return sb.fit(LCALE(sb.encoders.cnn("tiny"), **options), pictured(), steps=steps, batch=16, classes=classes)


def pictured() -> Benchmark:
    return sb.load("world", split="mixed", per_class=4, size=48)


def described() -> Classes:
    """Vectors of somebody's own, of the seen classes."""
    bench = pictured()
    names = tuple(name for name in bench.classes if name in bench.seen_classes)
    vectors = torch.randn(len(names), 7, generator=torch.Generator().manual_seed(0))
    return Classes(names, tuple(f"a photo of a {name}" for name in names), vectors)


def alike(one: Model, other: Model) -> bool:
    """Whether they embed pictures alike, to the last bit."""
    part = pictured().unseen
    return all(
        torch.equal(one.eval().embed(images.pixels(slice(4)), modality), other.embed(images.pixels(slice(4)), modality))
        for modality, images in (("sketch", part.sketches), ("photo", part.photos))
    )


@pytest.mark.parametrize("built_again", [True, False])
def test_one_that_knew_a_graph_knows_it_again(tmp_path: Path, built_again: bool) -> None:
    bench = pictured()
    for run in (sb.fit(SAKE(sb.encoders.cnn("tiny")), bench, steps=2, batch=16), on_features()):
        file = save(run, tmp_path / "model.safetensors")
        learnt: Any = run.model
        model: Any = restore(file) if built_again else load(type(learnt)(sb.encoders.cnn("tiny")), file)
        assert alike(learnt, model)
        for name, value in learnt.state_dict().items():
            assert torch.equal(value, model.state_dict()[name]), name
        then, now = learnt.classes, model.classes
        assert (now.names, now.prompts, now.graph) == (then.names, then.prompts, then.graph)
        assert torch.equal(now.vectors, then.vectors)
        assert torch.equal(now.similarity, then.similarity)
        assert now.graph.triples
        assert set(bench.unseen_classes).isdisjoint(now.graph.nodes)
        batch = sb.data.batches(bench, model.kind, batch=16, size=48, **model.dials())[0]
        found = []
        for each in (learnt.eval(), model):  # it may be trained on
            torch.manual_seed(0)
            found.append({name: loss.detach() for name, loss in each.losses(batch).items()})
        for name, loss in found[0].items():
            assert torch.equal(loss, found[1][name]), name


def test_one_that_knew_vectors_knows_them_again(tmp_path: Path) -> None:
    run = on_features(classes=described())
    file = save(run, tmp_path / "model.safetensors")
    _, card = read_weights(file)
    assert "graph" not in card
    for model in (restore(file), load(LCALE(sb.encoders.cnn("tiny")), file)):
        assert alike(run.model, model)
        assert model.classes is not None
        assert model.classes.vectors is not None
        assert torch.equal(model.classes.vectors, cast("Tensor", described().vectors))
        assert model.classes.graph is None


def test_one_that_knew_nothing_is_told_nothing(tmp_path: Path) -> None:
    bench = replace(pictured(), graph=None)
    run = sb.fit(LCALE(sb.encoders.cnn("tiny"), semantics=False), bench, steps=1, batch=16)
    file = save(run, tmp_path / "model.safetensors")
    _, card = read_weights(file)
    assert not {"graph", "vectors"} & set(card)
    model = restore(file)
    assert alike(run.model, model)
    assert model.classes is not None
    assert model.classes.vectors is None
    assert model.classes.graph is None


def with_texts() -> Run:
    return sb.fit(CLIPAT(sb.encoders.clip("tiny"), texts=1.0), pictured(), steps=1, batch=16)


def without_a_teacher() -> Run:
    model = SAKE(sb.encoders.cnn("tiny"), preserve=0.0, from_teacher=False)
    return sb.fit(model, pictured(), steps=1, batch=16)


def with_hints() -> Run:
    net, bench = sb.encoders.cnn("tiny"), pictured()
    hints = torch.rand(len(bench.seen_classes), len(net.classes), generator=torch.Generator().manual_seed(0))
    return sb.fit(SAKE(net, hints=hints), bench, steps=1, batch=16)


def with_both() -> Run:
    return on_features(classes=replace(described(), graph=known_classes(pictured()).graph))


@pytest.mark.parametrize("made", [with_texts, without_a_teacher, with_hints, with_both])
def test_whatever_was_saved_is_built_again(made: Callable[[], Run], tmp_path: Path) -> None:
    run = made()
    assert alike(run.model, restore(save(run, tmp_path / "model.safetensors")))

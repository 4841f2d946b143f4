"""A trained model as a file: safetensors, with a card that says what it is and what it learnt from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sbirlib.data.graph import Graph
from sbirlib.encoders.clip import Clip, clip
from sbirlib.encoders.cnn import Cnn, cnn
from sbirlib.encoders.weights import fill, read_weights, write_weights
from sbirlib.models import MODELS
from sbirlib.models.contract import Classes, Model
from sbirlib.training.checkpoints import differences
from sbirlib.training.fitting import Run


def save(run: Run, file: str | os.PathLike[str]) -> Path:
    """Write a run's model."""
    model, record = run.model, run.record
    card: dict[str, Any] = {
        "model": type(model).__name__,
        "config": model.config,
        "classes": list(model.classes.names) if model.classes else None,
        "prompts": list(model.classes.prompts) if model.classes else None,
        **knowledge(model.classes),
        "seeds": record.seeds,
        "data": record.config.get("split", ""),
        "commit": record.commit,
        "world": record.world,
    }
    return write_weights(Path(file), model.state_dict(), card)


def restore(file: str | os.PathLike[str], start: str | None = None, pretrained: str | Path | None = None) -> Model:
    """A saved model, built again on the start that its card names, or on the one that `start` and `pretrained` name."""
    _, card = read_weights(Path(file))
    name, config = card.get("model"), card.get("config")
    if name not in MODELS or not isinstance(config, dict) or not isinstance(config.get("encoder"), str):
        raise ValueError(
            f"{Path(file).name} holds no model that is built by its name ({', '.join(MODELS)}): load it into one"
        )
    build = MODELS[name]
    if isinstance(config.get("start"), list) and len(config["start"]) > 1:
        raise ValueError(f"{Path(file).name} was built on two networks: build it on them, and load() the file into it")
    taken = {key: value for key, value in config.items() if key in signature(build).parameters and key != "encoder"}
    return load(build(started(build, start or config["encoder"], pretrained), **taken), file)


def started(model: type[Model], name: str, pretrained: str | Path | None) -> Clip | Cnn:
    """The encoder of this name that a model is built on."""
    return clip(name, pretrained) if model.built_on == "clip" else cnn(name, pretrained)


def knowledge(classes: Classes | None) -> dict[str, Any]:
    """What a model knew of the classes beside their names, as plain values: a graph, or else vectors."""
    if classes is None:
        return {}
    graph, vectors = classes.graph, classes.vectors
    found: dict[str, Any] = {} if graph is None else {"graph": [list(triple) for triple in graph.triples]}
    if vectors is not None and (graph is None or not same(vectors, graph.vectors(classes.names))):
        found["vectors"] = vectors.tolist()
    return found


def known(card: Mapping[str, Any]) -> Classes:
    """The classes that a card names, with what was known of them."""
    names, prompts = tuple(card["classes"]), tuple(card["prompts"])
    own = torch.tensor(card["vectors"]) if "vectors" in card else None
    if "graph" in card:
        graph = Graph(tuple((head, how, tail) for head, how, tail in card["graph"]))
        vectors = graph.vectors(names) if own is None else own
        return Classes(names, prompts, vectors, graph.overlap(names), graph)
    return Classes(names, prompts, own)


def same(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.equal(one.cpu().float(), other.float())


def load(model: Model, file: str | os.PathLike[str], world: str | None = None) -> Model:
    """Put a file's weights into a model that was built as the saved one was; another one is refused.

    Models that keep what they know of classes get the saved names; where they need more, call `setup` first.
    """
    tensors, card = read_weights(Path(file), world=world)
    kind = type(model).__name__
    if "model" not in card:
        raise ValueError(
            f"{Path(file).name} holds no model that sb.save wrote, but other weights, such as an encoder's"
        )
    if card["model"] != kind:
        raise ValueError(f"{Path(file).name} holds another model: {card['model']!r}, where {kind!r} was expected")
    if differs := differences({"config": card.get("config")}, {"config": model.config}):
        raise ValueError(f"{file} holds another model: {differs}")
    if card.get("classes") and model.classes is None:
        model.setup(known(card))
    fill(model, tensors, Path(file).name)
    return model.eval()

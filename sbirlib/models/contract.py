"""What a model is here, so that one loop trains all of them and everything after it can use all of them.

- `Model`     required: `embed(images, modality)`, `losses(batch)`, the `kind` of batch; `setup(classes)` comes first
- `Classes`   what a model may know of the seen classes beside their pictures
- `Player`    a model with opponents declares several, each with its own losses
- `Recipe`    how it is trained: the paper's way, and one for the drawn world

Optional abilities, each asked for by name: `embed_text(texts)`, `embed(images, modality, text=...)`,
`tokens(images, modality) -> (n, t, d)`, and `score(queries, gallery) -> (a, b)` for pairwise scorers, which compares
what `tokens` gives for a sketches and b photos (the pictures, in a model without `tokens`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor, nn

from sbirlib.models.gathering import gather

if TYPE_CHECKING:
    from sbirlib.data.graph import Graph

MODALITIES = ("photo", "sketch")
"""A modality's number in a batch is its place here."""
CENTRED = "centred"
PHOTO, SKETCH, TEXT = range(3)
"""The same by name; where texts are a modality, too, they come last."""


@dataclass(frozen=True, eq=False)
class Classes:
    """The seen classes by label, and what is known of them. No unseen class is in here, in whatever guise."""

    names: tuple[str, ...]
    prompts: tuple[str, ...] = ()
    """The shortest caption of a photo of each."""
    vectors: Tensor | None = None
    """(C, d) semantic vectors, where something is known."""
    similarity: Tensor | None = None
    """(C, C)"""
    graph: Graph | None = None
    """The knowledge graph, without the unseen classes."""

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Group:
    """Parameters that learn at one rate; without a rate or a decay of their own they take the recipe's."""

    name: str
    parameters: Sequence[nn.Parameter]
    lr: float | None = None
    weight_decay: float | None = None


@dataclass(frozen=True, eq=False)
class Player:
    """One side of a game: its parameters, and how many steps it takes a round; those who take fewer come last in it."""

    groups: Sequence[Group]
    steps: int = 1
    optimizer: str | None = None
    """Another one than the recipe's."""
    lr: float | None = None


@dataclass(frozen=True)
class Recipe:
    """How a model is trained. Its length is given in steps, or in epochs: passes over what there is to learn from."""

    steps: int | None = None
    epochs: float | None = None
    batch: int = 64
    lr: float = 1e-4
    optimizer: str = "adamw"
    weight_decay: float = 0.05
    momentum: float = 0.9
    """Of sgd."""
    nesterov: bool = False
    betas: tuple[float, float] = (0.9, 0.999)
    schedule: str = "cosine"
    warmup: float = 0.05
    """The share of all steps in which the rate rises to its full height."""
    clip: float | None = 1.0
    """The largest gradient norm of a player."""
    augment: float = 1.0
    precision: str = "no"
    """no (float32), bf16 or fp16."""
    accumulate: int = 1
    """Batches a step; a contrastive loss still contrasts inside one batch."""

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "accumulate"):
            value = getattr(self, name)
            if not (name == "steps" and value is None) and not number(value, Integral):
                raise TypeError(f"{name} is a whole number; got {value!r}")
        for name in ("epochs", "lr", "weight_decay", "momentum", "warmup", "clip", "augment"):
            value = getattr(self, name)
            if not (name in ("epochs", "clip") and value is None) and not number(value, Real):
                raise TypeError(f"{name} is a number; got {value!r}")
        if len(self.betas) != 2 or not all(number(value, Real) for value in self.betas):
            raise TypeError(f"betas are two numbers; got {self.betas!r}")
        if self.steps is not None and self.epochs is not None:
            raise ValueError(
                f"a recipe's length is in steps or in epochs; got steps={self.steps}, epochs={self.epochs}"
            )
        for name in ("steps", "epochs"):
            if (value := getattr(self, name)) is not None and value < 0:
                raise ValueError(f"{name} are counted from 0; got {value}")
        if self.batch < 1 or self.accumulate < 1:
            raise ValueError(f"batch and accumulate are 1 or more; got {self.batch} and {self.accumulate}")
        if not 0 <= self.warmup <= 1:
            raise ValueError(f"warmup is a share of all steps, from 0 to 1; got {self.warmup}")
        if self.precision not in ("no", "bf16", "fp16"):
            raise ValueError(f"precision is no (float32), bf16 or fp16; got {self.precision!r}")


def number(value: Any, kind: type) -> bool:
    """Whether it is a number of a kind; True and False are none."""
    return isinstance(value, kind) and not isinstance(value, bool)


def kind_of(value: Any) -> str:
    """What something is, for errors: a class by its own name, anything else by its class's.

    >>> kind_of("tiny"), kind_of(str)
    ("a str, 'tiny'", 'the class str, not one that was made')
    """
    if isinstance(value, type):
        return f"the class {value.__name__}, not one that was made"
    return f"a {type(value).__name__}" + (f", {value!r:.40}" if isinstance(value, str | int | float) else "")


class Model(nn.Module):
    """The base of all models: what the loop and the rooms after it may rely on."""

    built_on: ClassVar[str] = "clip"
    """What it is made from: a clip, a cnn, or the features of a frozen one."""
    kind: ClassVar[str] = "captioned"
    """The batches it learns from: captioned, triplet, paired, unlabelled or none."""
    paper: ClassVar[Recipe] = Recipe(epochs=10)
    """The paper's own settings."""
    small: ClassVar[Recipe] = Recipe(steps=200)
    """Settings for the drawn world and the tiny encoders, chosen on validation classes."""
    embedded: bool = False
    """Whether it is built on an encoder that travels with the book: the paper's settings are for others."""
    ways: ClassVar[tuple[str, ...]] = (CENTRED,)
    """How it can be asked besides as it is: `Centred`, and in ways of its own."""
    queries: str = ""
    """How it is asked, where it can be asked in several ways: records tell."""

    def __init__(self, *, size: int, config: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.size = size
        """The side of the pictures it takes."""
        self.config = dict(config or {})
        """What it was built from, as plain values: a checkpoint of another configuration is refused."""
        self.weights: dict[str, float] = {}
        """By loss; one that is not named here has weight 1."""
        self.classes: Classes | None = None
        self.step, self.steps, self.epoch = 0, 1, 0.0

    def setup(self, classes: Classes) -> None:
        """Called before training, with the seen classes; models that grow heads do it here, and what begins at random
        is drawn here, by the seed of `fit`: the first time, and again for other classes. With the same ones all stays
        as it is."""
        if self.is_new_to(classes):
            for part in self.at_random():
                redraw(part)
        self.classes = classes

    def is_new_to(self, classes: Classes) -> bool:
        """Whether it has not been set up for these classes."""
        return self.classes is None or self.classes.names != classes.names

    def at_random(self) -> Iterable[nn.Module]:
        """The parts made by the constructor whose weights come from nowhere."""
        return ()

    def embed(self, images: Tensor, modality: str) -> Tensor:
        """(n, 3, s, s) pictures of one modality as (n, d) unit vectors."""
        raise NotImplementedError

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        """The player's losses by name; what is minimised is their sum, each with its weight in `weights`."""
        raise NotImplementedError

    def players(self) -> dict[str, Player]:
        """Who learns; in the order of their turns. One, unless there are opponents; without any, no step is taken."""
        return {"model": Player(decayed(self.named_parameters()))}

    def recipe(self, paper: bool) -> Recipe:
        """How it is trained unless a call says otherwise."""
        return self.paper if paper and not self.embedded else self.small

    def dials(self) -> dict[str, Any]:
        """How it wants its batches (`data.batching.DIALS`); asked for after `setup`."""
        return {}

    def at(self, step: int, steps: int, epoch: float) -> None:
        """Where training is, told before each step."""
        self.step, self.steps, self.epoch = step, steps, epoch

    def gathered(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """The tensors of all processes' parts of a batch, in one: losses that contrast take these."""
        return tuple(gather(tensor) for tensor in tensors)

    def known(self) -> Classes:
        """The classes of `setup`."""
        if self.classes is None:
            raise RuntimeError(f"{type(self).__name__} does not know its classes yet: fit calls setup(classes) first")
        return self.classes

    @property
    def device(self) -> torch.device:
        return next((held.device for held in (*self.parameters(), *self.buffers())), torch.device("cpu"))

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum of the losses."""
        if wrong := [f"{name} {tuple(loss.shape)}" for name, loss in losses.items() if loss.ndim]:
            raise ValueError(f"losses are scalars; got {', '.join(wrong)}")
        return torch.stack([self.weights.get(name, 1.0) * loss for name, loss in losses.items()]).sum()


def redraw(part: nn.Module) -> None:
    """Draw the weights of all its layers anew."""
    for each in part.modules():
        again = getattr(each, "reset_parameters", None) or getattr(each, "_reset_parameters", None)
        if callable(again):
            again()


def decayed(named: Iterable[tuple[str, nn.Parameter]], name: str = "model", lr: float | None = None) -> list[Group]:
    """What learns, in two groups: weights, which decay, and gains, biases and temperatures, which do not."""
    learning = [parameter for _, parameter in named if parameter.requires_grad]
    weights = [parameter for parameter in learning if parameter.ndim >= 2]
    others = [parameter for parameter in learning if parameter.ndim < 2]
    groups = [Group(name, weights, lr), Group(f"{name}/gains", others, lr, weight_decay=0.0)]
    return [group for group in groups if group.parameters]


def modality_number(modality: str) -> int:
    """
    >>> modality_number("sketch")
    1
    """
    if modality not in MODALITIES:
        raise ValueError(f"a modality is {' or '.join(MODALITIES)}; got {modality!r}")
    return MODALITIES.index(modality)

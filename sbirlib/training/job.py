"""A training run by plain values: one set of names for the command line, papermill's parameters and a sweep's grid."""

from __future__ import annotations

import argparse
import copy
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from sbirlib.data.benchmark import Benchmark
from sbirlib.data.loading import load
from sbirlib.embedding import features
from sbirlib.evaluation import evaluate, task_name
from sbirlib.models import MASBIR, MODELS, Centred, Model, Recipe
from sbirlib.models.contract import CENTRED
from sbirlib.runs.files import write_atomic
from sbirlib.runs.machine import device
from sbirlib.runs.records import Record
from sbirlib.training.fitting import Run, fit
from sbirlib.training.saved import started

AS_IT_IS = "as it is"
SCORED = {"binary": {"bits": 64}, "reranked": {"rerank": 50}}
"""Ways of asking that `evaluate` has, whatever the model is."""
POOL = ("sketches", "photos", "extra")
"""What says which items are learnt from."""


@dataclass(frozen=True)
class Job:
    """What to train on what. `options` go to the model's constructor, `loading` to `sb.load`, `fitting` to `sb.fit`."""

    model: str = "TextAligned"
    encoder: str = "tiny"
    """A CLIP's name, or a CNN's for models that are built on one."""
    pretrained: str | None = None
    bench: str = "world"
    split: str | None = None
    seed: int = 0
    steps: int | None = None
    epochs: float | None = None
    batch: int | None = None
    lr: float | None = None
    precision: str | None = None
    folder: str | None = None
    protocol: str = "zero-shot"
    """What the model is scored on in the end, one task or several parted by spaces; "none" leaves that out."""
    also: str = ""
    """Other ways in which the model is asked under the first of them, parted by spaces: "centred", which subtracts each
    modality's mean over the seen classes, "binary", as codes of 64 bits, "reranked", where it scores pairs, or one of
    the model's own, such as MASBIR's "converted"."""
    note: str = ""
    """What the run is for, in words: sweeps group their records by it."""
    options: dict[str, Any] = field(default_factory=dict)
    loading: dict[str, Any] = field(default_factory=dict)
    fitting: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What can be said without data and weights is said here, and not after the training."""
        if self.model not in MODELS:
            raise ValueError(f"a model is one of {', '.join(MODELS)}; got {self.model!r}")
        if not self.protocol.split():
            raise ValueError("a protocol is a task, several parted by spaces, or none; got nothing")
        if self.protocol != "none":
            for task in self.protocol.split():
                task_name(task)
        scored = [way for way in SCORED if way != "reranked" or hasattr(MODELS[self.model], "score")]
        ways = (*MODELS[self.model].ways, *scored)
        if unknown := [way for way in self.also.split() if way not in ways]:
            raise ValueError(f"{self.model} can be asked {', '.join(ways)} besides; got {', '.join(unknown)}")
        if self.also and self.protocol == "none":
            raise ValueError(f"a model that is not scored is not asked in other ways either; got also={self.also!r}")
        for name in ("options", "loading", "fitting"):
            if not isinstance(value := getattr(self, name), dict):
                raise TypeError(f"{name} is a dictionary; got {value!r}")
        parts = {name: getattr(self, name) for name in ("steps", "epochs", "batch", "lr", "precision")}
        Recipe(**{name: value for name, value in parts.items() if value is not None})

    def told(self) -> dict[str, Any]:
        """What a record says of it: of files and folders their names alone, since records travel."""
        told = asdict(self) | {"folder": None if self.folder is None else Path(self.folder).name}
        if self.pretrained is not None and Path(self.pretrained).exists():
            told["pretrained"] = Path(self.pretrained).name
        if "root" in self.loading:
            told["loading"] = {**self.loading, "root": Path(self.loading["root"]).name}
        return told

    def run(self) -> tuple[Run, list[Record]]:
        """Train, score in each way that is asked for, and record all of it."""
        chosen: dict[str, Any] = {} if self.split is None else {"split": self.split}
        bench = load(self.bench, **chosen, **self.loading)
        kind = MODELS[self.model]
        encoder = started(kind, self.encoder, self.pretrained)
        if kind.built_on == "features":
            bench = features(bench, encoder)
        model = kind(encoder, **self.options)
        run = fit(
            model, bench, seed=self.seed, steps=self.steps, epochs=self.epochs, batch=self.batch, lr=self.lr,
            precision=self.precision, folder=self.folder, **self.fitting,
        )  # fmt: skip
        if self.protocol == "none":
            return run, []
        first, *rest = self.protocol.split()
        asking = [(first, *each) for each in self.asked(run.model, bench)]  # by all processes: one is trained
        asking += [(task, AS_IT_IS, run.model, {}) for task in rest]
        if not first_process():
            return run, []
        cards = [
            evaluate(
                each, bench, task, **how, config=self.told() | {"asked": way}, seeds=[self.seed], cache=False,
                per_class=True,
            )
            for task, way, each, how in asking
        ]  # fmt: skip
        records = [card.record for card in cards if card.record is not None]
        records[0].numbers["training"] = run.record.numbers
        return run, records

    def asked(self, model: Model, bench: Benchmark) -> list[tuple[str, Model, dict[str, Any]]]:
        """The model as it is, and then as it is asked in other ways. Means are those of what it learnt from."""
        found: list[tuple[str, Model, dict[str, Any]]] = [(AS_IT_IS, model, {})]
        for way in self.also.split():
            if way == CENTRED:
                centred = Centred(copy.deepcopy(model))
                learnt = bench if self.fitting.get("validate") is None else bench.tuning
                fit(centred, learnt, **{name: self.fitting[name] for name in POOL if name in self.fitting})
                found.append((way, centred, {}))
            elif way in SCORED:
                found.append((way, model, dict(SCORED[way])))
            elif isinstance(model, MASBIR):
                found.append((way, model.asking(way), {}))
        return found


def launch(job: Job, processes: int | None = None) -> None:
    """Run a job on several GPUs from a notebook; the trained model is what it left in its folder.

    Without GPUs accelerate runs one process, whatever is asked for: on several processors, use torchrun.
    """
    from accelerate import notebook_launcher

    if job.folder is None:
        raise ValueError("processes can't hand a model back to the notebook: give the job a folder")
    notebook_launcher(job.run, num_processes=processes or (None if device().type == "cuda" else 1))


def first_process() -> bool:
    """Whether this is the only process, or the first of those that a launcher started."""
    return int(os.environ.get("RANK", "0")) == 0


def options() -> argparse.ArgumentParser:
    """Every field of `Job` is an option; dictionaries are JSON."""
    parser = argparse.ArgumentParser("sbirlib.training", description=Job.__doc__, exit_on_error=False)
    kinds = {"seed": int, "steps": int, "epochs": float, "batch": int, "lr": float}
    for each in fields(Job):
        kind = kinds.get(each.name, json.loads if each.name in ("options", "loading", "fitting") else str)
        parser.add_argument(f"--{each.name}", type=kind, default=None, metavar="JSON" if kind is json.loads else None)
    parser.add_argument("--record", metavar="FILE", help="write the record of the scoring (or of the fit) to this file")
    return parser


def job_of(arguments: Sequence[str] | None) -> tuple[Job, str | None]:
    """The job that a command line asks for, and the file for its record."""
    given = {name: value for name, value in vars(options().parse_args(arguments)).items() if value is not None}
    kept = given.pop("record", None)
    return Job(**given), kept


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the job of a command line; what goes wrong ends it in one line."""
    try:
        job, kept = job_of(arguments)
    except (argparse.ArgumentError, ValueError, TypeError) as error:
        options().error(str(error))
    try:
        run, records = job.run()
    except (ValueError, TypeError, OSError, ModuleNotFoundError, FloatingPointError, RuntimeError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        print(f"sbirlib.training: error: {said}", file=sys.stderr)
        sys.exit(1 if isinstance(error, FloatingPointError | RuntimeError) else 2)
    if first_process():
        print(run)
        for record in records:
            print(json.dumps(record.numbers, indent=1))
        if kept is not None:
            write_atomic(kept, "".join(f"{record.line()}\n" for record in records or [run.record]))

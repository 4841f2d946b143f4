"""What tests/training/test_together.py starts on two processes, and alone for comparison: cases, and what came of them.

torchrun --standalone --nproc_per_node 2 tests/training/together.py FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from toy import Contrast, Duel, Spoilt, Still, Toy, bench, interrupted, made

from sbirlib.data.loading import load
from sbirlib.encoders import Clip, clip
from sbirlib.models import MASBIR, Anchored, Model
from sbirlib.models.contract import Recipe
from sbirlib.models.gathering import gather
from sbirlib.training.fitting import Run, fit
from sbirlib.training.job import Job

FITS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "plain": (Contrast, {"augment": 0.0}),
    "augmented": (Contrast, {"augment": 1.0}),
    "accumulated": (Contrast, {"batch": 8, "accumulate": 2}),
    "selected": (Contrast, {"validate": 2}),
    "clipped": (Contrast, {"recipe": Recipe(steps=4, lr=1.0, optimizer="sgd", clip=0.01)}),
}


REAL: dict[str, Callable[[Clip], Model]] = {
    "masbir": MASBIR,
    "means": lambda encoder: MASBIR(encoder, spread="means", by_class=True),
    "direct": lambda encoder: MASBIR(encoder, direct=0.5),
    "anchored": lambda encoder: Anchored(encoder, mix=0.5, photos=1.0, centre="always"),
}
"""Models on a CLIP, each with its own way of gathering."""
JOB = Job("MASBIR", loading={"per_class": 4}, steps=1, batch=16, also="centred converted")


def learn(name: str) -> Run:
    # plain descent: adam would make noise of a gradient that is nearly nothing as large as any other
    recipe = Recipe(steps=2, batch=16, lr=0.1, optimizer="sgd", augment=0.0)
    return fit(REAL[name](clip("tiny")), load("world", per_class=4), recipe=recipe)


def train(name: str, folder: Path | None, **others: Any) -> Run:
    kind, options = FITS[name]
    return fit(made(kind), bench(), **{"steps": 4, "batch": 16, "folder": folder, **options, **others})


class OneSided(Spoilt):
    """On the second process only."""

    def __init__(self, at: int, where: str) -> None:
        super().__init__(at if torch.distributed.get_rank() == 1 else 99, where)

    def losses(self, batch: Any, player: str = "model") -> dict[str, Tensor]:
        return {"flat": self.map.weight.sum() * 0} | super().losses(batch, player)


def gathered() -> dict[str, Any]:
    """Two rows a process, and a loss that each has whole: sum_k (k + 1) * w_k * w_k over all four rows."""
    rank = torch.distributed.get_rank()
    own = torch.tensor([[1.0 + 2 * rank], [2.0 + 2 * rank]], requires_grad=True)
    whole = gather(own)
    weights = torch.arange(1.0, 5.0)[:, None]
    (weights * whole * whole).sum().backward()
    shared = torch.ones(1, 1, requires_grad=True)
    (torch.ones(2, 1) * (gather(shared) + gather(shared))).sum().backward()  # autograd hands one gradient to both
    labels = gather(torch.tensor([rank, rank]))
    found: Tensor | None = own.grad
    assert found is not None
    assert shared.grad is not None
    return {
        "whole": whole.flatten().tolist(),
        "gradient": found.flatten().tolist(),
        "shared": shared.grad.flatten().tolist(),
        "labels": labels.tolist(),
    }


def spoilt(where: str) -> str:
    try:
        fit(made(OneSided, 2, where), bench(), steps=4, batch=16)
    except FloatingPointError as error:
        return str(error)
    return "it went on"


def refused() -> str:
    try:
        fit(made(Contrast), bench(), steps=1, batch=7)
    except ValueError as error:
        return str(error)
    return "it went on"


def main(folder: Path) -> None:
    said: dict[str, Any] = {}
    weights: dict[str, Tensor] = {}
    for name in FITS:
        run = train(name, folder / name, checkpoint=2)
        weights |= {f"{name}/{key}": value.clone() for key, value in run.model.state_dict().items()}
        said[name] = {"totals": run.history.curve()[1], "best": run.best, "seconds": run.record.seconds}
    for name in REAL:
        weights |= {f"{name}/{key}": value.clone() for key, value in learn(name).model.state_dict().items()}
    said["asked"] = [record.config["asked"] for record in JOB.run()[1]]
    for at in range(4):
        options: dict[str, Any] = {"steps": 4, "batch": 16, "folder": folder / f"at {at}", "checkpoint": 1}
        interrupted(made(Duel), at, bench(), **options)
        broken = fit(made(Duel), bench(), **options)
        weights |= {f"broken {at}/{key}": value.clone() for key, value in broken.model.state_dict().items()}
    unbroken = fit(made(Duel), bench(), steps=4, batch=16)
    weights |= {f"unbroken/{key}": value.clone() for key, value in unbroken.model.state_dict().items()}
    said["met"] = fit(Still(), bench()).model.met.item()
    said["dropout"] = fit(made(Toy), bench(), steps=1, batch=16).history.entries[0]["losses"]
    said["gathered"] = gathered()
    said["loss"], said["gradient"], said["refused"] = spoilt("loss"), spoilt("gradient"), refused()
    rank = torch.distributed.get_rank()
    (folder / f"said-{rank}.json").write_text(json.dumps(said))
    save_file(weights, folder / f"weights-{rank}.safetensors")
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

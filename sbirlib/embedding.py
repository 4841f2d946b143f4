"""Images through a model, in batches."""

from __future__ import annotations

import torch
from torch import Tensor

from sbirlib.data.imageset import ImageSet
from sbirlib.models.contract import Model, kind_of
from sbirlib.runs.machine import device as best_device


def embed(model: Model, images: ImageSet, *, batch: int = 256) -> Tensor:
    """(n, d) unit vectors on the CPU, in evaluation mode; the model is left in the mode it was in."""
    if not isinstance(model, Model):
        raise TypeError(f"embed takes a Model; got {kind_of(model)}")
    if not isinstance(images, ImageSet):
        raise TypeError(f"embed takes an ImageSet, such as bench.photos; got {kind_of(images)}")
    if batch < 1:
        raise ValueError(f"batch is 1 or more; got {batch}")
    if model.device.type == "cpu":
        model.to(best_device())  # one that was trained is where it was trained
    learning, device = model.training, model.device
    model.eval()
    try:
        with torch.inference_mode():
            starts = range(0, len(images), batch)
            parts = [
                model.embed(images.pixels(slice(start, start + batch), model.size).to(device), images.modality).cpu()
                for start in starts
            ]
    finally:
        model.train(learning)
    if not parts:
        raise ValueError(f"there is nothing to embed: {images!r}")
    return torch.cat(parts).float().clone()

"""Has a weight changed? Cheaply (`Stamp`, for caches) and for good (`digest`, for records)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

SAMPLES = 8
"""Values looked at in each tensor."""


class Stamp:
    """What tells tensors from their later selves: address, version, type, place, and a few of their values.

    The versions alone are not enough: a fused optimiser's step and a write through `.data` leave them as they were.
    """

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        tensors = list(tensors)
        # tensors made in inference mode count no versions
        self.facts = [(t.data_ptr(), -1 if t.is_inference() else t._version, t.dtype, t.device) for t in tensors]
        groups: dict[tuple[torch.dtype, torch.device], list[Tensor]] = {}
        for tensor in tensors:
            groups.setdefault((tensor.dtype, tensor.device), []).append(few(tensor.detach()))
        self.values = [torch.cat(group) for group in groups.values()]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stamp):
            return NotImplemented
        return self.facts == other.facts and all(map(torch.equal, self.values, other.values))

    __hash__ = None  # type: ignore[assignment]  # stamps are compared, never looked up


def few(tensor: Tensor) -> Tensor:
    """Some values spread over the tensor's memory, the first among them."""
    dense = tensor.is_contiguous() or (tensor.ndim == 4 and tensor.is_contiguous(memory_format=torch.channels_last))
    if not dense:
        tensor = tensor.contiguous()
    step = max(1, tensor.numel() // SAMPLES)
    count = min(SAMPLES, tensor.numel())
    return tensor.as_strided((count,), (step,), tensor.storage_offset())


def digest(state: Mapping[str, Tensor], config: Mapping[str, Any]) -> str:
    """16 hex digits of the sha256 over all tensors, and over what else decides the outputs (activation, pixels)."""
    sha = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
    for name, tensor in sorted(state.items()):
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        sha.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return sha.hexdigest()[:16]

"""Weight files: tensors and a card that says what they are; nothing that could run.

- safetensors, with the card as JSON in the file's metadata: data, seed, commit, world version, zero-shot accuracy,
  config, words, what it can't do
- torch files (.pt, .pth, .bin), read through `weights_only=True` alone
"""

from __future__ import annotations

import json
import pickle
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from sbirlib.runs import reads, write_atomic

Card = dict[str, Any]
TORCH = (".pt", ".pth", ".bin")
HALVES = (torch.float16, torch.bfloat16)


def write_weights(file: str | Path, tensors: Mapping[str, Tensor], card: Card, *, half: bool = False) -> Path:
    """Write a safetensors file, whole or not at all; `half` stores floats as fp16. The same input, the same bytes."""
    file = Path(file)
    if file.suffix != ".safetensors":
        raise ValueError(f"weights are written as .safetensors; got {file.name}")
    kept = {}
    for name, tensor in tensors.items():
        # a copy: safetensors refuses tensors that share memory
        copy = tensor.detach().to("cpu", copy=True).contiguous()
        if half and copy.is_floating_point():
            copy = copy.half()
            if not torch.isfinite(copy).all():
                raise ValueError(f"{name} does not fit fp16: its largest value is {tensor.abs().max().item():.3g}")
        kept[name] = copy
    # one key: the metadata's order is not fixed, and two writes would differ
    return write_atomic(file, save(kept, metadata={"card": json.dumps(card, sort_keys=True)}))


def read_weights(file: str | Path, *, world: str | None = None) -> tuple[dict[str, Tensor], Card]:
    """Tensors, halves as float32, and the card ({} where the file has none); another world's are refused."""
    file = Path(file)
    if not file.is_file():
        raise FileNotFoundError(f"no weights at {file}")
    if file.suffix != ".safetensors" and file.suffix not in TORCH:
        raise ValueError(f"weights are .safetensors, {', '.join(TORCH)} files; {file.name} is refused")
    tensors, card = read_safe(file) if file.suffix == ".safetensors" else (read_torch(file), {})
    card = card if isinstance(card, dict) else {}
    made = card.get("world")
    if world is not None and made is not None and made != world:
        raise ValueError(f"{file.name} was made with version {made} of the drawn world; this is version {world}")
    return {name: t.float() if t.dtype in HALVES else t for name, t in tensors.items()}, card


def read_safe(file: Path) -> tuple[dict[str, Tensor], Card]:
    try:
        with safe_open(reads(file), framework="pt") as opened:
            card = json.loads((opened.metadata() or {}).get("card", "{}"))
            return {name: opened.get_tensor(name) for name in opened.keys()}, card  # noqa: SIM118  # not a dict
    except (SafetensorError, json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = "a torch or pickle file" if is_torch(file) else "cut short or damaged, or no safetensors file"
        raise ValueError(f"{file.name} is named .safetensors, but is {kind}") from error


def read_torch(file: Path) -> dict[str, Tensor]:
    if not is_torch(file):
        raise ValueError(f"{file.name} is named {file.suffix}, but is no torch file, or a damaged one")
    if zipfile.is_zipfile(file) and any("/code/" in name for name in zipfile.ZipFile(file).namelist()):
        raise ValueError(
            f"{file.name} is a TorchScript program, not weights; where you trust it, save what it holds: "
            "safetensors.torch.save_file(torch.jit.load(file).state_dict(), ...)"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of an unusual pickle protocol: what follows decides
            loaded = torch.load(reads(file), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f"{file.name} is a pickle of more than tensors, which could run code: refused") from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{file.name} is cut short or damaged: torch cannot read it") from error
    if isinstance(loaded, dict):
        loaded = loaded.get("state_dict", loaded)
    if not isinstance(loaded, dict) or not loaded or not all(isinstance(t, Tensor) for t in loaded.values()):
        raise ValueError(f"{file.name} holds no state dict: a mapping of names to tensors is expected")
    wrapped = all(name.startswith("module.") for name in loaded)  # by DataParallel
    return {name.removeprefix("module.") if wrapped else name: tensor for name, tensor in loaded.items()}


def is_torch(file: Path) -> bool:
    """By its first bytes: a zip archive, or the pickle of older versions."""
    with open(file, "rb") as opened:
        start = opened.read(4)
    return start.startswith((b"PK", b"\x80"))


def fill(module: nn.Module, tensors: Mapping[str, Tensor], source: str, optional: Iterable[str] = ()) -> None:
    """Load a state dict whole, or say what does not fit; names that start with one of `optional` may be missing."""
    own = module.state_dict()
    wrong = []
    absent = [n for n in own if n not in tensors and not n.startswith(tuple(optional))]
    # files from before 2018 do not count BatchNorm's batches, and nothing here needs them
    if missing := [n for n in absent if not n.endswith("num_batches_tracked")]:
        wrong.append(f"{first(missing)} missing")
    if extra := [n for n in tensors if n not in own]:
        wrong.append(f"{first(extra)} unexpected")
    for name in own:
        if name in tensors and own[name].shape != tensors[name].shape:
            wrong.append(f"{name} is {tuple(tensors[name].shape)}, expected {tuple(own[name].shape)}")
    if wrong:
        raise ValueError(f"{source} is of another architecture: {'; '.join(wrong[:4])}")
    module.load_state_dict(dict(tensors), strict=False)


def first(names: list[str], count: int = 3) -> str:
    more = f" and {len(names) - count} more" if len(names) > count else ""
    return f"{', '.join(names[:count])}{more}"

"""A gallery as one file: safetensors, with the items as lines of JSON among the tensors and a card in the header.

    vectors (n, d) float32, or codes and what makes them       what the engine keeps (`Engine.state`)
    items   (bytes,) uint8                                     {"key": ..., "metadata": {...}} a line
    card                                                       schema, model, digest, dim, items, crc32

Written whole or not at all, in parts: nothing is copied, so that 2 GB of vectors are saved beside 2 GB of vectors
(`encoders.weights` makes copies, which serves for weights). Read through a memory map, once, for its checksum: the
vectors stay on disk until they are searched, and a page of them can be given back at any time.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from sbirlib.runs import reads
from sbirlib.runs.files import whole
from sbirlib.search.engine import Card, Item, State

SCHEMA = 1
KINDS = {torch.float32: "F32", torch.uint8: "U8"}
BLOCK = 2**24


def write_gallery(file: str | Path, state: State, items: Iterable[Item], card: Card) -> Path:
    """Write what an engine keeps, its items and whose vectors they are."""
    file = Path(file)
    if file.suffix != ".safetensors":
        raise ValueError(f"a gallery is written as .safetensors; got {file.name}")
    lines = [json.dumps(item._asdict(), allow_nan=False).encode() for item in items]
    text = torch.from_numpy(np.frombuffer(b"\n".join(lines), dtype=np.uint8).copy())
    tensors = {**state, "items": [text]}
    about: dict[str, Any] = {
        "schema": SCHEMA,
        "model": card.model,
        "digest": card.digest,
        "dim": card.dim,
        "items": len(lines),
    }
    about["crc32"] = checksum(about, tensors)
    header: dict[str, Any] = {"__metadata__": {"gallery": json.dumps(about, sort_keys=True)}}
    offset = 0
    for name, parts in tensors.items():
        size = sum(part.numel() * part.element_size() for part in parts)
        header[name] = {"dtype": KINDS[parts[0].dtype], "shape": shape(parts), "data_offsets": [offset, offset + size]}
        offset += size
    head = json.dumps(header).encode()
    head += b" " * (-(len(head) + 8) % 64)  # so that vectors begin where processors like them to
    with whole(file) as out:
        out.write(len(head).to_bytes(8, "little") + head)
        for parts in tensors.values():
            for raw in memory(parts):
                out.write(raw)
    return file


def read_gallery(file: str | Path) -> tuple[dict[str, Tensor], list[Item], Card]:
    """What `write_gallery` was given: tensors in a memory map, items, card; anything else is a ValueError."""
    file = Path(file)
    if not file.is_file():
        raise FileNotFoundError(f"no gallery at {file}")
    try:
        with safe_open(reads(file), framework="pt") as opened:
            about = json.loads((opened.metadata() or {}).get("gallery", "null"))
            tensors = {name: opened.get_tensor(name) for name in opened.offset_keys()}
    except (SafetensorError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} is cut short or damaged, or no safetensors file at all") from error
    if not isinstance(about, dict) or "schema" not in about:
        raise ValueError(f"{file.name} is a safetensors file, but no gallery: Gallery.save writes one")
    if about["schema"] != SCHEMA:
        raise ValueError(f"{file.name}: a gallery of schema {SCHEMA} was expected; got schema {about['schema']!r}")
    if checksum(about, {name: [tensor] for name, tensor in tensors.items()}) != about.get("crc32"):
        raise ValueError(f"{file.name} is damaged: it does not hold what was saved (its checksum differs)")
    text = tensors.pop("items").numpy().tobytes()
    items = [Item(**json.loads(line)) for line in text.split(b"\n")] if about["items"] else []
    return tensors, items, Card(about["model"], about["digest"], about["dim"])


def memory(parts: Iterable[Tensor]) -> Iterator[memoryview]:
    """The bytes of tensors, a block at a time."""
    for part in parts:
        raw = part.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data
        for start in range(0, len(raw), BLOCK):
            yield raw[start : start + BLOCK]


def checksum(about: dict[str, Any], tensors: State) -> int:
    """Of the card, the tensors' names, kinds and shapes, and all they hold."""
    facts = {name: [str(parts[0].dtype), shape(parts)] for name, parts in tensors.items()}
    card = {name: value for name, value in about.items() if name != "crc32"}
    found = zlib.crc32(json.dumps([card, facts], sort_keys=True).encode())
    for parts in tensors.values():
        for raw in memory(parts):
            found = zlib.crc32(raw, found)
    return found


def shape(parts: Sequence[Tensor]) -> list[int]:
    """Of all parts as one."""
    return [sum(len(part) for part in parts), *parts[0].shape[1:]]

"""Texts are embedded once while nothing that embeds them learns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from sbirlib.encoders.stamp import Stamp

BLOCK = 256
"""Texts in one forward pass without gradients."""
LIMIT = 1 << 16
"""Texts remembered; one more, and all are forgotten."""

Encode = Callable[[Sequence[str]], Tensor]


class TextCache:
    """Rows of features by text, valid for one state of the weights; a copy of it starts empty."""

    def __init__(self) -> None:
        self.stamp: Stamp | None = None
        self.key: tuple[object, ...] = ()
        self.rows: dict[str, Tensor] = {}

    def __reduce__(self) -> tuple[type[TextCache], tuple[()]]:
        return TextCache, ()  # for pickle and deepcopy

    def features(self, texts: Sequence[str], encode: Encode, parts: Sequence[nn.Module], own: list[Tensor]) -> Tensor:
        """(n, d): `encode(texts)`, from memory where the parameters and buffers `own` of `parts` have not changed."""
        unique = list(dict.fromkeys(texts))
        device = own[0].device
        if varies(parts, own):
            self.rows.clear()
            place = {text: row for row, text in enumerate(unique)}
            return encode(unique)[torch.tensor([place[text] for text in texts], device=device)]
        # mixed precision gives other numbers, and they must not mix
        kind = device.type
        key = (torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind), *(p.training for p in parts))
        stamp = Stamp(own)
        if key != self.key or stamp != self.stamp or len(self.rows) + len(unique) > LIMIT:
            self.rows, self.stamp, self.key = {}, stamp, key
        new = [text for text in unique if text not in self.rows]
        # what is made in inference mode could not take part in a loss later
        with torch.inference_mode(False), torch.no_grad():
            for start in range(0, len(new), BLOCK):
                block = new[start : start + BLOCK]
                self.rows.update(zip(block, encode(block).unbind(), strict=True))
        return torch.stack([self.rows[text] for text in texts])


def varies(parts: Sequence[nn.Module], own: Sequence[Tensor]) -> bool:
    """Is something learning, dropping out, or not to be told apart from its later self?"""
    if any(t.requires_grad or t.is_inference() for t in own):
        return True
    return any(isinstance(m, nn.Dropout) and m.training and m.p > 0 for part in parts for m in part.modules())

"""Texts as numbers: a word-level tokenizer for a text tower that knows a few hundred words.

- a word is a run of letters or of digits, in lower case; everything else separates words
- ids: 0 padding, 1 start, 2 unknown, then the words in their order, and last the end
- the end has the highest id, because open_clip takes a text's features where its ids are highest (`argmax`)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from torch import Tensor

PADDING, START, UNKNOWN, FIRST = 0, 1, 2, 3
"""The ids before the words, and the first word's."""


class Vocabulary:
    """A tokenizer for `context` tokens a text, start and end among them; called on texts as open_clip's are.

    >>> vocabulary = Vocabulary(["a", "cow", "of", "photo"], context=8)
    >>> vocabulary(["A photo of a red cow", "a cow"])
    tensor([[1, 3, 6, 5, 3, 2, 4, 7],
            [1, 3, 4, 7, 0, 0, 0, 0]])
    """

    def __init__(self, words: Sequence[str], context: int) -> None:
        if context < 3:
            raise ValueError(f"a context holds start, end and a word or more, so 3 tokens at least; got {context}")
        for word in words:
            if split(word) != [word]:
                raise ValueError(f"a word is letters and digits in lower case; got {word!r}")
        self.words = tuple(words)
        self.context = context
        self.ids = {word: FIRST + place for place, word in enumerate(self.words)}
        if len(self.ids) != len(self.words):
            repeated = sorted({word for word in self.words if self.words.count(word) > 1})
            raise ValueError(f"every word stands once in a vocabulary; repeated: {', '.join(repeated)}")

    @classmethod
    def of(cls, texts: Iterable[str], context: int) -> Vocabulary:
        """The words of some texts, sorted: the same for the same texts in any order.

        >>> Vocabulary.of(["a photo of a hot-air balloon"], context=8).words
        ('a', 'air', 'balloon', 'hot', 'of', 'photo')
        """
        return cls(sorted({word for text in texts for word in split(text)}), context)

    @classmethod
    def read(cls, path: str | Path, context: int) -> Vocabulary:
        """A vocabulary that was saved."""
        return cls(Path(path).read_text(encoding="utf-8").split(), context)

    def save(self, path: str | Path) -> None:
        """As text, one word a line."""
        Path(path).write_text("".join(f"{word}\n" for word in self.words), encoding="utf-8")

    def __len__(self) -> int:
        """How many ids there are: what open_clip calls `vocab_size`."""
        return FIRST + len(self.words) + 1

    @property
    def end(self) -> int:
        """The end's id, the highest."""
        return len(self) - 1

    def __call__(self, texts: str | Sequence[str]) -> Tensor:
        """Ids (n, context); of a text that is too long the last words are cut, never the end."""
        texts = [texts] if isinstance(texts, str) else texts
        ids = torch.full((len(texts), self.context), PADDING, dtype=torch.long)
        for row, text in enumerate(texts):
            known = [self.ids.get(word, UNKNOWN) for word in split(text)][: self.context - 2]
            ids[row, : len(known) + 2] = torch.tensor([START, *known, self.end])
        return ids

    def unknown(self, text: str) -> list[str]:
        """The words of a text that have no id of their own.

        >>> Vocabulary(["a", "cow"], context=8).unknown("a purple cow")
        ['purple']
        """
        return [word for word in split(text) if word not in self.ids]


def split(text: str) -> list[str]:
    """A text's words.

    >>> split("An ox-cart's 2 wheels, a hot-air_balloon")
    ['an', 'ox', 'cart', 's', '2', 'wheels', 'a', 'hot', 'air', 'balloon']
    """
    return re.findall(r"[^\W_]+", text.lower())

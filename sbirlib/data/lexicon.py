"""What WordNet says of class names: is-a and has-part, read from its own files. Nothing is downloaded.

WordNet 3.0 is a folder with `index.noun` and `data.noun` in it: Debian's package wordnet-base has it in
/usr/share/wordnet, NLTK's corpus in nltk_data/corpora/wordnet.

    graph = sb.data.wordnet([*bench.classes, *cnn.classes])
    bench = bench.knowing(graph)
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sbirlib.data.graph import Graph, Triple, graph_of

FILES = ("index.noun", "data.noun")
PLACES = ("/usr/share/wordnet", "~/nltk_data/corpora/wordnet", "/usr/share/nltk_data/corpora/wordnet")
ABOVE, PARTS = ("@", "@i"), ("%p",)
"""Pointers to what something is (as a kind, as an instance), and to its parts."""
WNID = re.compile(r"n(\d{8})")


def wordnet(names: Sequence[str], root: str | os.PathLike[str] | None = None, *, skip: bool = False) -> Graph:
    """A graph of these names and of everything above them, with the parts that WordNet knows.

    A name is taken in its first sense as a noun (`bat` is the animal), spelt with spaces, hyphens or underscores; what
    stands in brackets is left out, and where the whole is unknown its last word is looked up (`wine bottle`, a bottle).
    A wnid, as ImageNet has them (`n02012849`), says exactly which sense is meant. Names that WordNet does not have end
    in one error, or with `skip` they are things of which nothing is known.

    A first sense may be the wrong one: a scorpion is a person born in November, a van is an avant-garde. Look at
    `graph.of(name, "is-a")`.
    """
    if isinstance(names, str):
        raise TypeError(f"a list of names was expected; got {names!r}")
    book = Book(found(root))
    senses = {name: book.sense(name) for name in dict.fromkeys(names)}
    if (unknown := [name for name, sense in senses.items() if sense is None]) and not skip:
        raise ValueError(
            f"WordNet has no noun for {', '.join(unknown[:5])}{' ...' if len(unknown) > 5 else ''}: give their wnids, "
            "or skip=True to take them as things of which nothing is known"
        )
    called: dict[int, str] = {}
    triples: set[Triple] = set()
    for name, sense in senses.items():
        if sense is not None and called.setdefault(sense, name) != name:
            triples.add((name, "is-a", called[sense]))  # two names for one thing
    todo, met = sorted(called), set(called)
    while todo:
        here = todo.pop()
        own = called.get(here) or book.title(here)
        above, parts = book.links(here)
        triples |= {(own, "is-a", called.get(one) or book.title(one)) for one in above}
        triples |= {(own, "has-part", called.get(one) or book.title(one)) for one in parts}
        todo += sorted(set(above) - met)
        met |= set(above)
    return graph_of(triples).with_things(unknown)


def found(root: str | os.PathLike[str] | None) -> Path:
    """The folder with WordNet's files."""
    places = [Path(root)] if root is not None else [Path(each).expanduser() for each in places_of()]
    for place in places:
        if all((place / name).is_file() for name in FILES):
            return place
    raise FileNotFoundError(
        f"WordNet is a folder with {' and '.join(FILES)}; looked in {', '.join(str(place) for place in places)}. "
        "Debian's wordnet-base and NLTK's wordnet corpus have it; root= or WNSEARCHDIR says where it is"
    )


def places_of() -> Iterable[str]:
    own = os.environ.get("WNSEARCHDIR")
    return (own, *PLACES) if own else PLACES


class Book:
    """WordNet's nouns: senses are offsets into `data.noun`."""

    def __init__(self, root: Path) -> None:
        self.data = (root / "data.noun").read_bytes()
        self.senses: dict[str, int] = {}
        for line in (root / "index.noun").read_text(encoding="utf-8").splitlines():
            if not line.startswith(" "):  # the licence does
                lemma, _, count, *rest = line.split()
                self.senses[lemma] = int(rest[-int(count)])  # commonest first

    def sense(self, name: str) -> int | None:
        """Where a name's first sense stands."""
        if exact := WNID.fullmatch(name):
            return int(exact[1]) if self.data.startswith(exact[1].encode(), int(exact[1])) else None
        plain = re.sub(r"\(.*?\)", " ", name.replace("_", " ")).strip().lower()
        joined = "_".join(plain.split())
        last = re.split(r"[\s-]", plain)[-1]
        tries = [joined, *(joined.replace(old, new) for old, new in ("-_", ("-", ""), "_-", ("_", ""))), last]
        forms = [form for each in tries for form in (each, singular(each))]
        return next((self.senses[form] for form in forms if form in self.senses), None)

    def line(self, sense: int) -> list[str]:
        return self.data[sense : self.data.index(b"\n", sense)].decode().split(" | ")[0].split()

    def title(self, sense: int) -> str:
        """A sense's first word, and its place, which makes it unlike any other's."""
        return f"{self.line(sense)[4].replace('_', ' ')} (n{sense:08d})"

    def links(self, sense: int) -> tuple[list[int], list[int]]:
        """What is above it, and its parts."""
        words = self.line(sense)
        start = 4 + 2 * int(words[3], 16)
        count = int(words[start])
        pointers = [words[start + 1 + 4 * each : start + 5 + 4 * each] for each in range(count)]
        nouns = [(symbol, int(offset)) for symbol, offset, kind, _ in pointers if kind == "n"]
        return [at for symbol, at in nouns if symbol in ABOVE], [at for symbol, at in nouns if symbol in PARTS]


def singular(word: str) -> str:
    """
    >>> singular("cherries"), singular("glasses"), singular("boxes"), singular("bus")
    ('cherry', 'glass', 'box', 'bus')
    """
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("us", "ss")) else word

"""The drawn world's knowledge graph: is-a and used-for as written with the classes, has-part as the programs draw."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sbirlib.data.graph import Graph, Triple, graph_of
from sbirlib.data.world.captions import nouns
from sbirlib.data.world.instance import Instance
from sbirlib.data.world.kinds import entries, kinds

TAXONOMY = Path(__file__).parent / "is-a.txt"
LOOKED_AT = 8
"""How many instances are looked at to say what parts a thing has: a part that most of them have."""


@cache
def taxonomy() -> dict[str, str]:
    """What each kind of thing is, above the classes."""
    return entries(TAXONOMY)


@cache
def knowledge() -> Graph:
    """The graph over all classes.

    >>> knowledge().of("giraffe", "has-part")[-4:]
    ('leg', 'neck', 'nostril', 'tail')
    """
    triples: set[Triple] = {(name, "is-a", above) for name, above in taxonomy().items()}
    for kind in kinds().values():
        triples |= {(kind.name, "is-a", above) for above in kind.is_a}
        if kind.used_for:
            triples.add((kind.name, "used-for", kind.used_for))
        seen = [set(nouns(part.name for part in Instance(kind.name, index).figure.parts)) for index in range(LOOKED_AT)]
        for part in set.union(*seen):
            if sum(part in parts for parts in seen) > LOOKED_AT / 2:
                triples.add((kind.name, "has-part", part))
    return graph_of(triples)

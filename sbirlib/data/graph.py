"""What is known of classes beside their pictures: is-a, has-part, used-for, as triples."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

RELATIONS = ("is-a", "has-part", "used-for")
NOTHING = "{}, whatever it is"
Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Graph:
    """A knowledge graph: (thing, relation, thing) triples.

    Is-a alone is a taxonomy, as WordNet's nouns are; all relations together are common sense, as ConceptNet has it.

    >>> graph = Graph((("cow", "is-a", "animal"), ("cat", "is-a", "animal"), ("cow", "has-part", "udder")))
    >>> graph.similarity(["cow", "cat"], ["is-a"])
    tensor([[1.0000, 0.3333],
            [0.3333, 1.0000]])
    """

    triples: tuple[Triple, ...]

    def __post_init__(self) -> None:
        if unknown := {relation for _, relation, _ in self.triples} - set(RELATIONS):
            raise ValueError(f"a relation is one of {', '.join(RELATIONS)}; got {', '.join(sorted(unknown))}")

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Everything that is mentioned, sorted."""
        return tuple(sorted({end for head, _, tail in self.triples for end in (head, tail)}))

    @cached_property
    def parents(self) -> dict[str, set[str]]:
        """What each thing is, one step up."""
        above: dict[str, set[str]] = defaultdict(set)
        for head, how, tail in self.triples:
            if how == "is-a":
                above[head].add(tail)
        return dict(above)

    def only(self, relations: Collection[str]) -> Graph:
        """The graph of some relations."""
        return Graph(tuple(triple for triple in self.triples if triple[1] in relations))

    def of(self, name: str, relation: str) -> tuple[str, ...]:
        """What stands in a relation to a thing: `graph.of("cow", "has-part")`."""
        return tuple(tail for head, how, tail in self.triples if head == name and how == relation)

    def neighbours(self) -> dict[str, set[str]]:
        """Who is linked to whom, in either direction."""
        linked: dict[str, set[str]] = defaultdict(set)
        for head, _, tail in self.triples:
            linked[head].add(tail)
            linked[tail].add(head)
        return linked

    def similarity(self, names: Sequence[str], relations: Collection[str] = RELATIONS) -> Tensor:
        """Path similarity (n, n): one over one plus the number of links on the shortest way; 0 where there is none."""
        graph = self.only(relations)
        if missing := [name for name in names if name not in self.nodes]:
            raise ValueError(f"the graph does not know {', '.join(missing[:5])}")
        linked = graph.neighbours()
        out = torch.zeros(len(names), len(names))
        for row, start in enumerate(names):
            steps = distances(linked, start)
            out[row] = torch.tensor([1 / (1 + steps[name]) if name in steps else 0.0 for name in names])
        return out

    def without(self, names: Collection[str]) -> Graph:
        """The graph without some things and all that is said of them: what may be known where they must not be. What is
        a kind of one of them is then a kind of what that one is."""
        gone, above = set(names), self.parents

        def kept(name: str, met: frozenset[str] = frozenset()) -> set[str]:
            """The nearest things above a name that are not gone."""
            todo = above.get(name, set()) - met
            return (todo - gone).union(*(kept(each, met | todo) for each in todo & gone))

        heads = [head for head in set(above) - gone if above[head] & gone]
        bridges = {(head, "is-a", tail) for head in heads for tail in kept(head) - {head}}
        rest = [triple for triple in self.triples if triple[0] not in gone and triple[2] not in gone]
        return Graph(tuple(rest)) if not bridges else graph_of([*rest, *bridges])

    def with_things(self, names: Iterable[str]) -> Graph:
        """The graph with names of which nothing is known, each a thing like no other."""
        return graph_of([*self.triples, *((name, "is-a", NOTHING.format(name)) for name in names)])

    def knows(self, name: str) -> bool:
        """Whether it says what a thing is; of a thing like no other (`with_things`) it does not."""
        return bool(self.parents.get(name, set()) - {NOTHING.format(name)})

    def vectors(self, names: Sequence[str], relations: Collection[str] = RELATIONS) -> Tensor:
        """What is known of things as unit vectors (n, facts): what few have counts more, by the logarithm of all
        names over those that have it."""
        if missing := [name for name in names if name not in self.nodes]:
            raise ValueError(f"the graph does not know {', '.join(missing[:5])}")
        known = [self.known(name, relations) for name in names]
        facts = sorted(set().union(*known))
        table = torch.tensor([[float(fact in own) for fact in facts] for own in known]).reshape(len(names), len(facts))
        weights = (len(names) / table.sum(0).clamp(min=1)).log()
        return torch.nn.functional.normalize(table * weights, dim=1)

    def overlap(self, names: Sequence[str], relations: Collection[str] = RELATIONS) -> Tensor:
        """How much of what is known of two things is known of both (n, n): the cosine of their `vectors`.

        Where paths through what everything has (a body) make all things neighbours, this still tells them apart.
        """
        vectors = self.vectors(names, relations)
        return (vectors @ vectors.T).fill_diagonal_(1.0)

    def kinship(self, names: Sequence[str], others: Sequence[str], near: float = 0.2) -> Tensor:
        """How akin things are by what they are, (n, m): 1 where they are the same or one is a kind of the other, else
        their path similarity where it is above `near`, else 0. What the graph does not know is akin to itself alone.

        >>> graph = Graph((("cow", "is-a", "animal"), ("cat", "is-a", "animal")))
        >>> graph.kinship(["cow"], ["animal", "cat", "yeti"])
        tensor([[1.0000, 0.3333, 0.0000]])
        """
        taxonomy = self.only(["is-a"])
        known = [name for name in dict.fromkeys([*names, *others]) if name in taxonomy.nodes]
        paths, place = taxonomy.similarity(known), {name: row for row, name in enumerate(known)}
        above = {name: {tail for _, tail in taxonomy.known(name)} | {name} for name in known}
        out = torch.zeros(len(names), len(others))
        for row, name in enumerate(names):
            for column, other in enumerate(others):
                if name in place and other in place:
                    kin = name in above[other] or other in above[name]
                    path = float(paths[place[name], place[other]])
                    out[row, column] = 1.0 if kin else path * (path > near + 1e-6)
                elif name == other:
                    out[row, column] = 1.0
        return out

    def known(self, name: str, relations: Collection[str] = RELATIONS) -> set[tuple[str, str]]:
        """Everything that stands in a relation to a thing, or to what it is."""
        found: set[tuple[str, str]] = set()
        todo, met = [name], {name}
        while todo:
            here = todo.pop()
            own = {(how, tail) for head, how, tail in self.triples if head == here and how in relations}
            found |= own
            above = {tail for how, tail in own if how == "is-a"} - met
            todo, met = [*todo, *sorted(above)], met | above
        return found

    def adjacency(self, relations: Collection[str] = RELATIONS) -> Tensor:
        """Which nodes are linked (n, n), in the order of `nodes`, both ways, without the diagonal."""
        index = {name: row for row, name in enumerate(self.nodes)}
        out = torch.zeros(len(index), len(index))
        for head, relation, tail in self.triples:
            if relation in relations:
                out[index[head], index[tail]] = out[index[tail], index[head]] = 1.0
        return out


def distances(linked: dict[str, set[str]], start: str) -> dict[str, int]:
    """How many links away everything that can be reached is."""
    steps, todo = {start: 0}, deque([start])
    while todo:
        here = todo.popleft()
        for there in sorted(linked.get(here, ())):
            if there not in steps:
                steps[there] = steps[here] + 1
                todo.append(there)
    return steps


def graph_of(triples: Iterable[Triple]) -> Graph:
    """A graph of triples in any order, each once."""
    return Graph(tuple(sorted(set(triples))))

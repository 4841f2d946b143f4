"""The drawn world: named classes written as small part programs, drawn as photos and as sketches. No files needed.

- `kinds()`        the classes: each a family's program with its settings (`classes/*.txt`)
- `Instance`       one thing: (seed, class, index); `.photo(size)`, `.sketch(take, size)`, `.strokes(take)`
- `Dials`          abstraction, clutter and scale for all pictures at once
- `load_world()`   a benchmark under one of the world's splits; `pretraining()` and
                   `pretraining_bench()` pictures that no benchmark has
- `knowledge()`    the graph over all classes: is-a, has-part, used-for
"""

from sbirlib.data.pens import PENS, Pen, inked
from sbirlib.data.world.bench import WorldPictures, load_world, pretraining, pretraining_bench, world_split
from sbirlib.data.world.instance import VERSION, Dials, Instance
from sbirlib.data.world.kinds import Kind, kinds
from sbirlib.data.world.relations import knowledge

__all__ = [
    "PENS",
    "VERSION",
    "Dials",
    "Instance",
    "Kind",
    "Pen",
    "WorldPictures",
    "inked",
    "kinds",
    "knowledge",
    "load_world",
    "pretraining",
    "pretraining_bench",
    "world_split",
]

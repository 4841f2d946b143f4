"""What a number was measured on, and the card that never shows one without saying it.

- `Protocol`     task, split, gallery and metric by name: two numbers may be compared where all four agree
- `choose()`     the queries and the gallery that a protocol takes from what a benchmark has
- `score()`      embeddings under a protocol: a `ScoreCard`, with chance as its floor
- `compare()`    two cards of one protocol, paired over classes and queries, with an interval
- `compare_cards()`    the same of the cards that records keep, over classes and seeds
"""

from sbirlib.data.galleries import GALLERIES
from sbirlib.data.items import Items
from sbirlib.protocols.card import ScoreCard
from sbirlib.protocols.choose import Choice, choose
from sbirlib.protocols.compare import Comparison, compare, compare_cards, compare_classes
from sbirlib.protocols.protocol import METRICS, TASKS, Protocol
from sbirlib.protocols.score import chance, score

__all__ = [
    "GALLERIES",
    "METRICS",
    "TASKS",
    "Choice",
    "Comparison",
    "Items",
    "Protocol",
    "ScoreCard",
    "chance",
    "choose",
    "compare",
    "compare_cards",
    "compare_classes",
    "score",
]

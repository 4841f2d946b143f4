"""The models of the book: one file a paper, each built from encoders and trained by `sb.fit`.

- `Model`, `Classes`, `Recipe`, `Player`, `Group`   the contract (contract.py)
- `FrozenCLIP`, `MeanCentred`                       controls that learn nothing
- `LinearProbe`, `TextAligned`, `DirectAligned`, `Triplet`   controls that learn one thing each
- `MODELS`                                          all of them by name, for notebooks' parameters
"""

from sbirlib.models.contract import MODALITIES, Classes, Group, Model, Player, Recipe, decayed
from sbirlib.models.controls import DirectAligned, FrozenCLIP, LinearProbe, MeanCentred, TextAligned, Triplet

MODELS: dict[str, type[Model]] = {
    "FrozenCLIP": FrozenCLIP,
    "MeanCentred": MeanCentred,
    "LinearProbe": LinearProbe,
    "TextAligned": TextAligned,
    "DirectAligned": DirectAligned,
    "Triplet": Triplet,
}

__all__ = [
    "MODALITIES",
    "MODELS",
    "Classes",
    "DirectAligned",
    "FrozenCLIP",
    "Group",
    "LinearProbe",
    "MeanCentred",
    "Model",
    "Player",
    "Recipe",
    "TextAligned",
    "Triplet",
    "decayed",
]

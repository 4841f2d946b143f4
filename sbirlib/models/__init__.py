"""The models of the book: one file a paper, each built from encoders and trained by `sb.fit`.

- `Model`, `Classes`, `Recipe`, `Player`, `Group`   the contract (contract.py)
- `FrozenCLIP`, `MeanCentred`                       controls that learn nothing
- `LinearProbe`, `TextAligned`, `DirectAligned`, `Triplet`   controls that learn one thing each
- `MASBIR`                                          Modality-Aware SBIR (WACV 2024)
- `Anchored`                                        ours: MA-SBIR with the photos held, and its encodings measured
- `Classifier`                                      a CNN that tells the seen classes apart, a teacher for others
- `MODELS`                                          those built on a CLIP by name, for notebooks' parameters
"""

from collections.abc import Callable

from sbirlib.models.anchored import Anchored
from sbirlib.models.classifier import Classifier
from sbirlib.models.contract import MODALITIES, Classes, Group, Model, Player, Recipe, decayed
from sbirlib.models.controls import DirectAligned, FrozenCLIP, LinearProbe, MeanCentred, TextAligned, Triplet
from sbirlib.models.ma_sbir import MASBIR

MODELS: dict[str, Callable[..., Model]] = {
    "FrozenCLIP": FrozenCLIP,
    "MeanCentred": MeanCentred,
    "LinearProbe": LinearProbe,
    "TextAligned": TextAligned,
    "DirectAligned": DirectAligned,
    "Triplet": Triplet,
    "MASBIR": MASBIR,
    "Anchored": Anchored,
}

__all__ = [
    "MASBIR",
    "MODALITIES",
    "MODELS",
    "Anchored",
    "Classes",
    "Classifier",
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

"""The models of the book: one file a paper, each built from encoders and trained by `sb.fit`.

- `Model`, `Classes`, `Recipe`, `Player`, `Group`   the contract (contract.py)
- `FrozenCLIP`, `MeanCentred`                       controls that learn nothing
- `LinearProbe`, `TextAligned`, `DirectAligned`, `Triplet`   controls that learn one thing each
- `MASBIR`                                          Modality-Aware SBIR (WACV 2024)
- `Anchored`                                        ours: MA-SBIR with the photos held, and its encodings measured
- `Doodle2Search`, `SAKE`                           before CLIP: on a CNN, which learns
- `SEMPCYC`, `CVAE`, `CAAE`, `LCALE`, `ZSLKG`       ... on the features of a frozen one, in seconds
- `CLIPAT`, `PatchMatch`                            after CLIP: prompts and norms; matching patches
- `Centred`, `FrozenCNN`                            any model without each modality's mean; a CNN as it is
- `Classifier`                                      a CNN that tells the seen classes apart, a teacher for others
- `MODELS`                                          those that retrieve, by name, for notebooks' parameters
"""

from typing import Any

from sbirlib.models.anchored import Anchored
from sbirlib.models.centred import Centred
from sbirlib.models.classifier import Classifier
from sbirlib.models.clip_at import CLIPAT
from sbirlib.models.contract import MODALITIES, Classes, Group, Model, Player, Recipe, decayed
from sbirlib.models.controls import DirectAligned, FrozenCLIP, LinearProbe, MeanCentred, TextAligned, Triplet
from sbirlib.models.cvae import CAAE, CVAE
from sbirlib.models.doodle2search import Doodle2Search
from sbirlib.models.lcale import LCALE
from sbirlib.models.ma_sbir import MASBIR
from sbirlib.models.on_cnn import FrozenCNN
from sbirlib.models.patch_match import PatchMatch
from sbirlib.models.sake import SAKE
from sbirlib.models.sem_pcyc import SEMPCYC
from sbirlib.models.zsl_kg import ZSLKG

MODELS: dict[str, type[Any]] = {
    "FrozenCLIP": FrozenCLIP,
    "MeanCentred": MeanCentred,
    "LinearProbe": LinearProbe,
    "TextAligned": TextAligned,
    "DirectAligned": DirectAligned,
    "Triplet": Triplet,
    "MASBIR": MASBIR,
    "Anchored": Anchored,
    "FrozenCNN": FrozenCNN,
    "Doodle2Search": Doodle2Search,
    "SAKE": SAKE,
    "SEMPCYC": SEMPCYC,
    "CVAE": CVAE,
    "CAAE": CAAE,
    "LCALE": LCALE,
    "ZSLKG": ZSLKG,
    "CLIPAT": CLIPAT,
    "PatchMatch": PatchMatch,
}

__all__ = [
    "CAAE",
    "CLIPAT",
    "CVAE",
    "LCALE",
    "MASBIR",
    "MODALITIES",
    "MODELS",
    "SAKE",
    "SEMPCYC",
    "ZSLKG",
    "Anchored",
    "Centred",
    "Classes",
    "Classifier",
    "DirectAligned",
    "Doodle2Search",
    "FrozenCLIP",
    "FrozenCNN",
    "Group",
    "LinearProbe",
    "MeanCentred",
    "Model",
    "PatchMatch",
    "Player",
    "Recipe",
    "TextAligned",
    "Triplet",
    "decayed",
]

"""What every run needs, and nothing of sketches: the one dial, paths, seeds, devices, artifacts, records, pages.

- `profile()`       the one dial, `SBIR_PROFILE`: smoke, book or paper, and every size that follows from it
- `path()`          every file of the book and everything it writes, wherever it is run from
- `seed()`          Python, NumPy and torch in one call; `seed_worker` for data loader workers
- `device()`        cuda, mps or cpu; `hardware()` says it in words
- `artifact()`      what one chapter makes and another uses: keyed by content, made if missing
- `recording()`     a run's config, seeds, numbers, time and hardware as one line of JSON
- `sweep()`         the records of a grid of runs, which `make sweep` fills; `grouped()` by columns, their `cards()`
- `glue()`          a number for the prose, `progress()` a line that reads well on a page, `cost_box()`
"""

from sbirlib.runs.artifacts import artifact, code_digest
from sbirlib.runs.files import locked, write_atomic
from sbirlib.runs.machine import device, hardware
from sbirlib.runs.optional import require
from sbirlib.runs.pages import cost_box, glue, progress
from sbirlib.runs.paths import path
from sbirlib.runs.profile import PROFILES, Profile, profile
from sbirlib.runs.reads import reads
from sbirlib.runs.records import Record, read_records, recording
from sbirlib.runs.seeds import seed, seed_worker
from sbirlib.runs.sweeps import cards, grouped, sweep

__all__ = [
    "PROFILES",
    "Profile",
    "Record",
    "artifact",
    "cards",
    "code_digest",
    "cost_box",
    "device",
    "glue",
    "grouped",
    "hardware",
    "locked",
    "path",
    "profile",
    "progress",
    "read_records",
    "reads",
    "recording",
    "require",
    "seed",
    "seed_worker",
    "sweep",
    "write_atomic",
]

"""One loop that trains every model, through Hugging Face's accelerate.

- `fit()`       a model, a benchmark and a seed: `sb.fit(model, bench, seed=0)`; gives a `Run`
- `Job`         the same by plain values: what the command line, papermill and a sweep's cell hand over
- `launch()`    a job on several GPUs from a notebook
- `save()`, `load()`   a trained model's weights, with what it is and what it learnt from

    accelerate launch -m sbirlib.training --model TextAligned --split mixed --folder runs/text
"""

from sbirlib.training.fitting import Run, fit
from sbirlib.training.job import Job, launch
from sbirlib.training.saved import load, save

__all__ = ["Job", "Run", "fit", "launch", "load", "save"]

"""For both `pytest` and `pytest --nbmake notebooks`: everything runs in the smoke profile, one thread a process."""

import os

os.environ.setdefault("SBIR_PROFILE", "smoke")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

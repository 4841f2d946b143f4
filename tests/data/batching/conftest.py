"""Lets the tests of this folder share `numbered`, however pytest is started."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

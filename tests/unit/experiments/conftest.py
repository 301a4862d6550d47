"""Makes `fake_model` importable here and in the worker processes, which inherit sys.path."""

import sys
from pathlib import Path

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.append(HERE)

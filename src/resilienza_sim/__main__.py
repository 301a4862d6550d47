"""``python -m resilienza_sim``: the command line, as ``resilienza``."""

from __future__ import annotations

import sys

from resilienza_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())

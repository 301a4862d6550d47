"""How long `resilienza --help` takes to answer.

The median of ten processes, from start to exit.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.clock import median, seconds
from benchmarks.fresh import ROOT
from benchmarks.row import Ask, Found, Line, Target

TARGETS = {"help": Target(at_least=0.4, aim=0.2, unit="s")}
TIMES = 10
COMMAND = (
    sys.executable,
    "-c",
    "import sys; from resilienza_sim.cli import main; sys.exit(main())",
    "--help",
)
"""What the installed command runs; called so, it is found whatever the search path."""


def measure(ask: Ask) -> Found:
    """Ask for help again and again."""
    times = 2 if ask.quick else TIMES

    def ask_for_help() -> None:
        subprocess.run(COMMAND, cwd=ROOT, capture_output=True, check=True)

    ask_for_help()  # from the disk, once
    taken = [seconds(ask_for_help) for _ in range(times)]
    return Found([Line(f"median of {times}", median(taken), TARGETS["help"])])

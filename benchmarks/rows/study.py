"""A comparison as planners run it: plausible towns, quiet twins, the null model, the report.

`resilienza compare faenza` at 10,000 citizens and 30 pairs on two workers, in a fresh process, from
the command to its end. The citizen-weeks are those that were lived, the past of each town counted
once; the second line is the time that 1.8 billion of them would take.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.clock import seconds
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import scenario
from resilienza_sim.experiments.estimate import weeks_per_replicate

TARGETS = {
    "study": Target(at_least=600.0, aim=300.0, unit="s"),
    "reference": Target(at_least=480.0, aim=300.0, unit="s"),
}
CITIZENS, PAIRS, REFERENCE = 10_000, 30, 1.8e9


def compared(citizens: int, pairs: int, folder: Path) -> None:
    """Run the command.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    sizes = ["--citizens", str(citizens), "--pairs", str(pairs), "--workers", "2"]
    command = [sys.executable, "-m", "resilienza_sim", "compare", "faenza", *sizes]
    done = subprocess.run(
        [*command, "--out", str(folder / "study")], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"compare ended with status {done.returncode}: {done.stderr[-200:]}")


def lived(citizens: int, pairs: int) -> float:
    """Return the citizen-weeks of the arms and their twins, pasts included."""
    town = scenario(citizens)
    arms = 2 * len(town.study.strategies)
    each = weeks_per_replicate(town.time.weeks, town.time.burn_in_weeks, town.decision_weeks, arms)
    return float(citizens) * pairs * each


def measure(ask: Ask) -> Found:
    """Run the study once."""
    citizens, pairs = (120, 2) if ask.quick else (CITIZENS, PAIRS)
    ask.say(f"{pairs} plausible towns of {citizens:,} citizens")
    with tempfile.TemporaryDirectory() as folder:
        taken = seconds(partial(compared, citizens, pairs, Path(folder)))
    weeks = lived(citizens, pairs)
    return Found(
        [
            Line(f"{pairs} pairs of {citizens:,} citizens", taken, TARGETS["study"]),
            Line("1.8 billion citizen-weeks", taken * REFERENCE / weeks, TARGETS["reference"]),
            Line("lived", weeks / 1e9, unit="billion citizen-weeks"),
        ]
    )

"""Time per citizen and week at a million, against that at 58,710.

The same large town (`benchmarks/scenarios/milano.toml`) at both sizes, weeks taken in turns. What
grows beyond 1 is memory: at a million the state no longer fits the caches. The mean holds the weeks
in which the structural indicators are due, which the median does not see.
"""

from __future__ import annotations

from benchmarks.clock import in_turns, median
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import FAENZA, MILLION, lived, milano

TARGETS = {"growth": Target(at_least=2.5, aim=1.5, unit="times")}
WEEKS = 52
"""A year: every structural indicator as often as it is due."""


def measure(ask: Ask) -> Found:
    """Take weeks of the two sizes in turns."""
    small, large, weeks = (300, 900, 3) if ask.quick else (FAENZA, MILLION, WEEKS)
    towns = {}
    for citizens in (small, large):
        ask.say(f"building {citizens} citizens and their past")
        towns[str(citizens)] = lived(milano(citizens))
    ask.say(f"{weeks} weeks of each in turns")
    taken = in_turns({name: model.step for name, model in towns.items()}, weeks)
    at_small, at_large = (median(taken[str(n)]) / n for n in (small, large))
    mean_small, mean_large = (sum(taken[str(n)]) / weeks / n for n in (small, large))
    return Found(
        [
            Line(f"{large:,} against {small:,}, median", at_large / at_small, TARGETS["growth"]),
            Line("the same, mean", mean_large / mean_small, TARGETS["growth"]),
            Line(f"median citizen-week at {small:,}", at_small * 1e9, unit="ns"),
            Line(f"median citizen-week at {large:,}", at_large * 1e9, unit="ns"),
        ]
    )

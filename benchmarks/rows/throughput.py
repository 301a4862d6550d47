"""Runs a minute of a sweep, beside Mesa's `batch_run` and the EMA Workbench.

The same model driven three ways through the same runs on two processes: a flood of several heights,
two strategies, some replicates, 2,000 citizens, 156 weeks after ten years of run-in, no quiet twin,
one metric kept. Ours lives the town and its past once for the strategies of a pair, and writes
every run to its store; the others begin each run anew, as they do with any model, and keep results
in memory. Each is a process of its own that has run the model before it is timed. A run is a
strategy at a height with a seed. The EMA Workbench stands in an environment of its own.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.environments import python_with_ours
from benchmarks.fresh import fresh
from benchmarks.row import Ask, Found, Line, Target

TARGETS = {"ahead": Target(at_least=1.0, aim=2.0, unit="times the next", more_is_better=True)}
DRIVERS = {
    "ours": "resilienza-sim",
    "mesa_batch": "mesa.batch_run",
    "ema": "EMA Workbench",
}
APART = {"ema"}
SIZE, SMALL = (2_000, 6, 4), (100, 2, 2)
WARM = (100, 2, 1)
WORKERS = 2


def driven(driver: str, size: list[int]) -> list[float]:
    """Return the seconds and runs of a driver, after a tiny sweep that loads what it needs."""
    drive = import_module(f"benchmarks.drivers.{driver}").drive
    drive(*WARM, WORKERS)
    return list(drive(*size, WORKERS))


def measure(ask: Ask) -> Found:
    """Drive the same sweep three ways."""
    size = list(SMALL if ask.quick else SIZE)
    citizens, points, pairs = size
    rates: dict[str, float] = {}
    lines: list[Line] = []
    for driver, title in DRIVERS.items():
        ask.say(f"{title}: {2 * points * pairs} runs of {citizens:,} citizens")
        what = f"{title}, {citizens:,} citizens"
        try:
            python = python_with_ours(driver, ask.say) if driver in APART else None
            taken, runs = fresh(f"{__name__}:driven", driver, size, python=python)
        except RuntimeError as problem:
            lines.append(Line(what, None, why=str(problem)))
            continue
        if runs != 2 * points * pairs:
            raise RuntimeError(f"{title} made {runs} runs of {2 * points * pairs}")
        rates[driver] = 60.0 * runs / taken
        lines.append(Line(what, rates[driver], unit="runs a minute"))
    others = [rate for driver, rate in rates.items() if driver != "ours"]
    ahead = Line("ours against the next", None, TARGETS["ahead"], why="nobody to be held against")
    if others and "ours" in rates:
        ahead = Line("ours against the next", rates["ours"] / max(others), TARGETS["ahead"])
    return Found([ahead, *lines])

"""What a sweep costs beside the simulation: time of a run, memory of the driving process.

A sweep of five strategies on 2,025 points, ten pairs each, with every metric and no series, run
by a stand-in that takes no time: planning, sending, collecting, writing and merging are all there
is. `in turn` runs it in one process, as `--workers 1`; with two workers the time of both counts.
Memory is the highest that the driving process held, of which its imports are told too.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fresh import fresh
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.rows.memory import highest_resident
from resilienza_sim.experiments.experiment import Experiment
from resilienza_sim.experiments.plan import Task
from resilienza_sim.experiments.runner import Bench

TARGETS = {
    "overhead": Target(at_least=3.0, aim=1.0, unit="ms"),
    "memory": Target(at_least=1_000.0, aim=500.0, unit="MB"),
}
PAIRS = 10
STRATEGIES = ("consolidated", "alluvial", "transformative", "hybrid", "none")


@dataclass(frozen=True)
class Instant:
    """A trajectory made of nothing but numbers."""

    strategy: str
    seed: int
    decision: str
    weeks: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    metrics: dict[str, float | None]
    censored: dict[str, bool]


def stand_in(bench: Bench, task: Task) -> Iterator[Instant]:
    """Yield what every run of a task would, at once: its numbers are those of its name's hash."""
    for run in task.runs:
        seed = int.from_bytes(hashlib.blake2b(run.run_id.encode(), digest_size=6).digest(), "big")
        metrics: dict[str, float | None] = {
            name: (seed >> k) / 2.0**48 for k, name in enumerate(bench.metrics or ())
        }
        yield Instant(run.strategy, seed, "", np.empty(0, np.int64), {}, metrics, {})


def experiment(steps: int) -> Experiment:
    """Return an experiment of steps × steps points with every metric."""
    from resilienza_sim.discovery import family
    from resilienza_sim.model.contracts import Metric

    words = {"it": "Prova", "en": "Test"}
    factor = {"title": words, "source": "assumption", "low": 0.5, "high": 1.4, "steps": steps}
    return Experiment.model_validate(
        {
            "name": "driver",
            "question": words,
            "description": words,
            "scenarios": ["quartiere"],
            "strategies": STRATEGIES,
            "baseline": STRATEGIES[0],
            "citizens": 300,
            "pairs": PAIRS,
            "metrics": list(family("metrics", Metric)),
            "factors": [
                {"name": "first", "paths": ["shocks.1.peak"], **factor},
                {"name": "second", "paths": ["shocks.2.peak"], **factor},
            ],
            "design": {"kind": "factorial"},
        }
    )


def drive(steps: int, workers: int) -> tuple[float, float, float, int]:
    """Run the stand-in; return seconds, bytes before and at most, and runs written."""
    from resilienza_sim.experiments.run import run_plan
    from resilienza_sim.experiments.store import Store
    from resilienza_sim.experiments.sweep import make_sweep

    plan = make_sweep(experiment(steps))
    assert plan.bench is not None
    before = highest_resident()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run_plan(plan, partial(stand_in, plan.bench), Path(folder) / "study", workers=workers)
        taken = time.perf_counter() - start
        highest = highest_resident()
        written = sum(s == "ok" for s in Store(Path(folder) / "study").statuses().values())
    return taken, before, highest, written


def measure(ask: Ask) -> Found:
    """Drive fresh processes, in turn and with two workers."""
    if sys.platform == "win32":
        return Found([Line("peak", None, TARGETS["memory"], why="Windows does not tell")])
    steps = 4 if ask.quick else 45
    runs = steps**2 * PAIRS * len(STRATEGIES)
    lines, peaks = [], []
    for workers, name in ((1, "in turn"), (2, "two workers")):
        ask.say(f"{runs:,} runs, {name}")
        taken, before, highest, written = fresh(f"{__name__}:drive", steps, workers)
        if written != runs:
            raise RuntimeError(f"{written} runs were written of {runs}")
        each = taken * workers / runs * 1e3
        lines.append(Line(f"a run, {name}", each, TARGETS["overhead"]))
        peaks.append(Line(f"driving {runs:,} runs, {name}", highest / 1e6, TARGETS["memory"]))
    peaks.append(Line("of which before the first run", before / 1e6, unit="MB"))
    return Found(lines + peaks)

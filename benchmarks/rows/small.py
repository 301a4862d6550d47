"""A small town from beginning to end: 2,000 citizens, 261 weeks.

The figure held to its target is a run as a study makes it from a community and a past that its arms
share: every week of the timeline with all indicators, the metrics, and the commit to the store on
disk. Building the community and its past of 104 weeks, paid once for all arms of a replicate, are
told beside it. A fresh process; the first run loads the kernels from the cache.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.clock import median, seconds
from benchmarks.fresh import fresh
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import STRATEGY, milano, scenario
from resilienza_sim import CommunityModel, Scenario, Trajectory
from resilienza_sim.experiments.plan import Run, Task
from resilienza_sim.experiments.store import Store
from resilienza_sim.experiments.worker import execute
from resilienza_sim.simulation import trajectory_of

TARGETS = {"run": Target(at_least=300.0, aim=100.0, unit="ms")}
CITIZENS, AGAIN = 2_000, 7


def run_arm(model: CommunityModel, folder: Path) -> None:
    """Bring a model to the end of its scenario and commit what it leaves."""
    day = "2019-12-30"

    def arm(_task: Task) -> Iterator[Trajectory]:
        model.run_to(model.scenario.calendar.weeks)
        yield trajectory_of(model, 0, day)

    (outcome,) = execute(arm, Task(0, 1, (Run("run", day, STRATEGY, 0),)))
    if outcome.status != "ok":
        raise RuntimeError(outcome.error)
    store = Store(folder)
    store.prepare()
    store.commit([outcome])


def town_of(citizens: int) -> Scenario:
    """Return the reference town; a shorter story for a smoke run."""
    return scenario(citizens) if citizens >= CITIZENS else milano(citizens)


def runs(citizens: int, again: int) -> list[list[float]]:
    """Return the seconds of building, of the past and of the run, once more than `again`."""
    town, taken = town_of(citizens), []
    for _ in range(1 + again):
        start = time.perf_counter()
        past = CommunityModel(town, rng=1, decision=0)
        built = time.perf_counter()
        past.run_to(0)
        lived = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            run = seconds(partial(run_arm, past.fork(STRATEGY), Path(folder)))
        taken.append([built - start, lived - built, run])
    return taken


def measure(ask: Ask) -> Found:
    """Run the town several times in one fresh process."""
    citizens, again = (200, 1) if ask.quick else (CITIZENS, AGAIN)
    ask.say(f"{citizens} citizens, {1 + again} runs in a fresh process")
    first, *others = fresh(f"{__name__}:runs", citizens, again)
    build, past, run = (median(column) * 1e3 for column in zip(*others, strict=True))
    calendar = town_of(citizens).calendar
    return Found(
        [
            Line(
                f"{citizens:,} citizens, {calendar.weeks} weeks, metrics, store",
                run,
                TARGETS["run"],
            ),
            Line("with the community and its past", build + past + run, unit="ms"),
            Line("the community", build, unit="ms"),
            Line(f"the past of {calendar.burn_in_weeks} weeks", past, unit="ms"),
            Line("the first run of the process, all of it", sum(first) * 1e3, unit="ms"),
        ],
        f"Medians of {again} runs after the first.",
    )

"""What a class waits for: the first changed frame after a lever is moved.

The town of a lesson as the dashboard's worker keeps it, its past lived; a lever is moved (the
height of a shock) and the clock runs until the first message with weeks that a page would draw. The
first frame of all builds the town and lives its past of ten years.
"""

from __future__ import annotations

import time

from benchmarks.clock import median
from benchmarks.fresh import fresh
from benchmarks.row import Ask, Found, Line, Target
from resilienza_sim import load_scenario
from resilienza_sim.classroom.levers import asked_of
from resilienza_sim.classroom.live import LiveTown
from resilienza_sim.classroom.making import TWO_WAYS_OUT

TARGETS = {"frame": Target(at_least=1_000.0, aim=300.0, unit="ms")}
CITIZENS, AGAIN = (600, 2_000), 7
SCENE = "stessa_alluvione"


def frames(citizens: int, again: int) -> list[float]:
    """Return the seconds to the first frame of all, then to the first after each lever."""
    scenario = load_scenario(SCENE).with_citizens(citizens)
    town = LiveTown(scenario, scenario.arms(TWO_WAYS_OUT), pairs=0)
    taken = []
    for k in range(2 + again):
        asked = asked_of({"peaks": [0.5 + 0.05 * k]} if k else {})
        begin = time.perf_counter()
        next(each for each in town.lives(asked) if each["kind"] == "weeks")
        taken.append(time.perf_counter() - begin)
    return [taken[0], *taken[2:]]


def measure(ask: Ask) -> Found:
    """Move a lever several times in a fresh process for each size."""
    sizes, again = ((120,), 1) if ask.quick else (CITIZENS, AGAIN)
    lines = []
    for citizens in sizes:
        ask.say(f"{citizens:,} citizens, {again} levers")
        first, *others = fresh(f"{__name__}:frames", citizens, again)
        what = f"{citizens:,} citizens, a lever moved"
        lines.append(Line(what, median(others) * 1e3, TARGETS["frame"]))
        lines.append(Line(f"{citizens:,} citizens, first of all", first * 1e3, unit="ms"))
    return Found(lines, f"Medians of {again} levers after the first.")

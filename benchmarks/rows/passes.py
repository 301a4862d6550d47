"""A week in bare passes over the ties, the reference town at its real size.

A bare pass is the least that a model of ties can do: a kernel that goes once through them and, for
each, reads the neighbour, the trust and one number of the neighbour's, and writes the trust. It
works on a copy of the town's own arrays, in their order and types. A week of the whole model, all
mechanisms and indicators, is taken in turns with a pass. The mean holds the weeks in which the
structural indicators (clustering, components, modularity) are due as well.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from benchmarks.clock import in_turns, median
from benchmarks.row import Ask, Found, Line, Target
from benchmarks.towns import FAENZA, lived, scenario

TARGETS = {"week": Target(at_least=10.0, aim=5.0, unit="passes")}
WEEKS = 52
"""A year: every structural indicator as often as it is due."""


@numba.njit(cache=True)
def bare_pass(start: Any, degree: Any, neighbour: Any, trust: Any, x: Any, pace: Any) -> None:
    """Read and write every tie once."""
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            t = trust[k]
            trust[k] = t + pace * (x[neighbour[k]] - t)


def measure(ask: Ask) -> Found:
    """Take a year of weeks in turns with bare passes."""
    citizens, weeks = (500, 4) if ask.quick else (FAENZA, WEEKS)
    model = lived(scenario(citizens))
    state, trust, pace = model.state, model.state.arcs.trust.copy(), np.float32(0.01)

    def once() -> None:
        x = state.citizens.suffering
        bare_pass(state.start, state.degree, state.arcs.nbr, trust, x, pace)

    once()
    ask.say(f"{citizens} citizens, {weeks} weeks in turns with bare passes")
    taken = in_turns({"week": model.step, "pass": once}, weeks)
    bare, week = median(taken["pass"]), median(taken["week"])
    mean = sum(taken["week"]) / weeks
    return Found(
        [
            Line(f"median week, {citizens:,} citizens", week / bare, TARGETS["week"]),
            Line("mean week, structural indicators included", mean / bare, TARGETS["week"]),
            Line("median bare pass", bare * 1e3, unit="ms"),
            Line("median week", week * 1e3, unit="ms"),
        ],
        f"{int(state.degree.sum()):,} directed ties; {weeks} weeks from week 0.",
    )

"""The points of an experiment: which values its factors take together.

SALib and scipy draw the samples; here they become values of factors. A sample lies in the unit
cube, so that a range, a list of levels and labelled choices are drawn alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.sample import morris, sobol
from scipy.stats import qmc

from resilienza_sim.errors import ResilienzaError
from resilienza_sim.experiments.experiment import Experiment, Factor, Value
from resilienza_sim.streams import Streams

__all__ = [
    "MORRIS_LEVELS",
    "SCENARIO",
    "count",
    "fewest",
    "place",
    "problem",
    "unit_points",
    "values_of",
]

SCENARIO = "scenario"
"""Column of the points that holds the scenario."""
POINTS = 64
"""Size of a sample that does not say its own."""
MOST_POINTS = 1_000_000
MOST_VALUES = 10_000_000
"""Points times factors: some gigabytes, and years of runs."""
MORRIS_LEVELS = 4
"""Levels of the grid that Morris's trajectories walk on (Morris 1991; usual choice)."""


def problem(experiment: Experiment) -> dict[str, Any]:
    """Return the factors as SALib describes a problem, each over [0, 1]."""
    names = [factor.name for factor in experiment.factors]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def unit_points(experiment: Experiment) -> NDArray[np.float64] | None:
    """Return the sample in the unit cube, shape (points, factors).

    None for a factorial or a table, which are lists of values.
    """
    design, k = experiment.design, len(experiment.factors)
    points = design.points or POINTS
    if design.kind in ("factorial", "table") or k == 0:
        return None
    # A number, since scipy makes generators of its own from it
    seed = int(Streams(experiment.seed).generator("design").integers(2**31))
    if design.kind in ("latin_hypercube", "sobol"):
        if design.kind == "latin_hypercube":
            return np.asarray(qmc.LatinHypercube(k, rng=seed).random(points), np.float64)
        sampler = qmc.Sobol(k, rng=seed)
        power = int(np.ceil(np.log2(max(2, points))))
        return np.asarray(sampler.random_base2(power)[:points], np.float64)
    if design.kind == "saltelli":
        size = 1 << int(np.ceil(np.log2(points)))
        second = design.second_order
        sample = sobol.sample(problem(experiment), size, calc_second_order=second, seed=seed)
    else:
        walked = morris.sample(problem(experiment), points, MORRIS_LEVELS, seed=seed)
        # 0.33333333333333337 is a third: otherwise the last digit decides which level is drawn
        sample = np.rint(walked * (MORRIS_LEVELS - 1)) / (MORRIS_LEVELS - 1)
    return np.asarray(sample, np.float64)


def _on_grid(factor: Factor, u: float) -> Value:
    """Return the value at a place of Morris's grid: both ends are reached, steps are alike.

    Listed values and whole numbers are taken by the nearest place in their list, so that a step
    up and its mirror image pass over as many of them; equal cells, right for a sample that fills
    the interval, would give two of the grid's four places to the last of three levels.
    """
    n = count(factor)
    if n is None or (factor.whole and factor.scale == "log"):
        return factor.at(u)
    return factor.at((round(u * (n - 1)) + 0.5) / n)


def count(factor: Factor) -> int | None:
    """Return how many values a factor can take; None for a range of real numbers."""
    if not factor.is_range:
        return len(factor.options)
    if not factor.whole:
        return None
    return math.floor(factor.high or 0.0) - math.ceil(factor.low or 0.0) + 1


def place(factor: Factor, value: Value) -> float:
    """Return where a value lies in the factor's span, from 0 at its first to 1 at its last.

    Listed values and choices lie at equal steps in their order; a range on a logarithmic scale is
    measured on that scale.

    Raises
    ------
    ValueError
        If the factor cannot take that value.
    """
    if not factor.is_range:
        return factor.options.index(value) / max(1, len(factor.options) - 1)
    low, high, x = float(factor.low or 0.0), float(factor.high or 0.0), float(value)
    if factor.whole:
        low, high = math.ceil(low), math.floor(high)
    if factor.scale == "log":
        low, high, x = math.log(low), math.log(high), math.log(x)
    return (x - low) / (high - low)


def fewest(experiment: Experiment) -> int:
    """Return how many points a design has, before any is made; some have a few more."""
    design, k = experiment.design, len(experiment.factors)
    if not k:
        each = 1
    elif design.kind in ("factorial", "table"):
        every = _listed(experiment)
        each = min(design.points or every, every)
    else:
        pairs = k if design.kind == "saltelli" and design.second_order else 0
        rows = {"saltelli": k + 2 + pairs, "morris": k + 1}.get(design.kind, 1)
        each = (design.points or POINTS) * rows
    return each * len(experiment.scenarios)


def _listed(experiment: Experiment) -> int:
    """Return how many points a factorial has, or a table."""
    if experiment.design.kind == "table":
        return len(experiment.design.table)
    return math.prod(len(factor.span()) for factor in experiment.factors)


def _not_larger(experiment: Experiment) -> None:
    points = fewest(experiment)
    if points > MOST_POINTS or points * len(experiment.factors) > MOST_VALUES:
        most = min(MOST_POINTS, MOST_VALUES // max(1, len(experiment.factors)))
        raise _too_large(points, most)


def _too_large(points: int, most: int) -> ResilienzaError:
    found = points if points < 10**12 else f"10^{len(str(points)) - 1}"
    return ResilienzaError("design_too_large", found=found, allowed=int(most))


def _some(experiment: Experiment) -> Iterator[tuple[Value, ...]]:
    """Yield the points of a factorial or a table: all, or as many as are asked for by chance.

    A factorial is never listed: the k-th point is told by the digits of k.
    """
    every, asked = _listed(experiment), experiment.design.points
    drawn: Iterable[int] = range(every)
    if asked is not None and asked < every:
        if every > np.iinfo(np.int64).max:
            raise _too_large(every, np.iinfo(np.int64).max)
        rng = Streams(experiment.seed).generator("some points")
        drawn = np.sort(rng.choice(every, asked, replace=False)).tolist()
    if experiment.design.kind == "table":
        names = [factor.name for factor in experiment.factors]
        yield from (tuple(experiment.design.table[k][name] for name in names) for k in drawn)
        return
    spans = [factor.span() for factor in experiment.factors]
    for k in drawn:
        point = []
        for span in reversed(spans):
            k, at = divmod(k, len(span))
            point.append(span[at])
        yield tuple(reversed(point))


def _settings(experiment: Experiment) -> Iterator[tuple[Value, ...]]:
    factors: tuple[Factor, ...] = experiment.factors
    unit = unit_points(experiment)
    if not factors:
        yield ()
    elif unit is None:
        yield from _some(experiment)
    else:
        at = _on_grid if experiment.design.kind == "morris" else Factor.at
        for row in unit:
            yield tuple(at(factor, float(u)) for factor, u in zip(factors, row, strict=True))


def values_of(experiment: Experiment) -> pd.DataFrame:
    """Return the points of an experiment, one row each, in the order of the design.

    Columns: `scenario`, then one for each factor with its value (a label for labelled choices). The
    index, `point`, is scenario after scenario.

    Raises
    ------
    ResilienzaError
        If there are more points, or values in them, than a machine holds: before any is made.
    """
    _not_larger(experiment)
    settings = list(_settings(experiment))
    names = [factor.name for factor in experiment.factors]
    rows = [(scenario, *each) for scenario in experiment.scenarios for each in settings]
    table = pd.DataFrame(rows, columns=[SCENARIO, *names])
    table.index.name = "point"
    return table

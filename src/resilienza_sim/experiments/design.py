"""The points of an experiment: which values its factors take together.

SALib and scipy draw the samples; here they become values of factors. A sample lies in the unit
cube, so that a range, a list of levels and labelled choices are drawn alike.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from resilienza_sim.experiments.experiment import Experiment, Factor, Value
from resilienza_sim.streams import Streams

__all__ = ["MORRIS_LEVELS", "SCENARIO", "problem", "unit_points", "values_of"]

SCENARIO = "scenario"
"""Column of the points that holds the scenario."""
POINTS = 64
"""Size of a sample that does not say its own."""
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
    seed = int(Streams(experiment.seed).generator("design").integers(2**31))
    if design.kind in ("latin_hypercube", "sobol"):
        from scipy.stats import qmc

        rng = np.random.default_rng(seed)  # scipy asks for one that can have children
        if design.kind == "latin_hypercube":
            return np.asarray(qmc.LatinHypercube(k, rng=rng).random(points), np.float64)
        sampler = qmc.Sobol(k, rng=rng)
        power = int(np.ceil(np.log2(max(2, points))))
        return np.asarray(sampler.random_base2(power)[:points], np.float64)
    if design.kind == "saltelli":
        from SALib.sample import sobol

        size = 1 << int(np.ceil(np.log2(points)))
        second = design.second_order
        sample = sobol.sample(problem(experiment), size, calc_second_order=second, seed=seed)
    else:
        from SALib.sample import morris

        sample = morris.sample(problem(experiment), points, MORRIS_LEVELS, seed=seed)
    return np.asarray(sample, np.float64)


def _settings(experiment: Experiment) -> Iterator[tuple[Value, ...]]:
    factors: tuple[Factor, ...] = experiment.factors
    if not factors:
        yield ()
        return
    if experiment.design.kind == "table":
        for row in experiment.design.table:
            yield tuple(row[factor.name] for factor in factors)
        return
    unit = unit_points(experiment)
    if unit is None:
        yield from itertools.product(*(factor.span() for factor in factors))
        return
    for row in unit:
        yield tuple(factor.at(float(u)) for factor, u in zip(factors, row, strict=True))


def values_of(experiment: Experiment) -> pd.DataFrame:
    """Return the points of an experiment, one row each, in the order of the design.

    Columns: `scenario`, then one for each factor with its value (a label for labelled choices). The
    index, `point`, is scenario after scenario.
    """
    settings = list(_settings(experiment))
    design = experiment.design
    if design.kind in ("factorial", "table") and (design.points or len(settings)) < len(settings):
        rng = Streams(experiment.seed).generator("some points")
        drawn = np.sort(rng.choice(len(settings), design.points, replace=False))
        settings = [settings[k] for k in drawn]
    names = [factor.name for factor in experiment.factors]
    rows = [(scenario, *each) for scenario in experiment.scenarios for each in settings]
    table = pd.DataFrame(rows, columns=[SCENARIO, *names])
    table.index.name = "point"
    return table

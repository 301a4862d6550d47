"""Paired differences of a sweep averaged over some of its factors, with interval and verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from resilienza_sim.errors import unknown
from resilienza_sim.experiments.outcomes import POINT, Outcomes, over_points
from resilienza_sim.experiments.study import Study
from resilienza_sim.statistics import compare_pairs

__all__ = ["averaged"]


def averaged(
    sweep: Study,
    by: Sequence[str] = (),
    *,
    metric: str | None = None,
    strategy: str | None = None,
    baseline: str | None = None,
) -> pd.DataFrame:
    """Return one row for each combination of some factors: what two arms differ by there.

    The values of each replicate are averaged over the points of the combination, arm by arm, and
    compared pair by pair: replicates are the independent units, since points share their seeds. A
    replicate that lacks one of the points is left out and counted.

    Parameters
    ----------
    sweep : Study
        Where the runs are.
    by : sequence of str
        Factors, or "scenario"; none gives one row, over the whole design.
    metric, strategy, baseline : str, optional
        As in `Study.comparison`.

    Returns
    -------
    pandas.DataFrame
        `by`, `metric`, `baseline`, `strategy`, `points` averaged and the fields of
        `statistics.PairedComparison`, in the order of the design.

    Raises
    ------
    ResilienzaError
        If a factor, a metric or an arm is not of this sweep.
    """
    metric = metric or sweep.metrics[0]
    new, old = sweep.arms(strategy, baseline)
    for name in by:
        if name not in sweep.points:
            raise unknown("unknown_factor", name, sweep.points)
    outcomes = Outcomes.of(sweep, metric)
    both = outcomes.values[[old, new]] if old != new else outcomes.values[[old]]
    at_point = both.index.get_level_values(POINT)
    rows: list[dict[str, Any]] = []
    effect = outcomes.info.effect_of_interest
    groups = sweep.points.groupby(list(by), sort=False) if by else [((), sweep.points)]
    for levels, points in groups:
        means = over_points(both[at_point.isin(points.index)])
        found = compare_pairs(
            means[old].to_numpy(np.float64),
            means[new].to_numpy(np.float64),
            direction=outcomes.info.direction,
            effect_of_interest=None
            if effect is None
            else effect * float(sweep.stretch(metric).loc[points.index].mean()),
        )
        rows.append(
            {
                **dict(zip(by, levels, strict=True)),
                "metric": metric,
                "baseline": old,
                "strategy": new,
                "points": len(points),
                **dataclasses.asdict(found),
            }
        )
    return pd.DataFrame(rows)

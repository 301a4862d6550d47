"""The values of a metric in a study or a sweep, as cases by arms: what decisions are judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from resilienza_sim.experiments.censoring import cut

if TYPE_CHECKING:
    from resilienza_sim.experiments.plan import MetricInfo
    from resilienza_sim.experiments.study import Study

__all__ = ["POINT", "REPLICATE", "Outcomes", "over_points"]

POINT, REPLICATE = "point", "replicate"


@dataclass(frozen=True)
class Outcomes:
    """One metric of a study, paired.

    Parameters
    ----------
    metric : str
        Its name.
    info : MetricInfo
        Its direction, unit and smallest effect of interest.
    values : pandas.DataFrame
        A row for each point and replicate (`point` is 0 in a comparison), a column an arm; nan
        where undefined.
    censored : int
        Times known only to lie beyond the end of observation: they are cut there, and so is every
        time beyond it (restricted means, see `statistics`).
    points : pandas.DataFrame
        Scenario and factors of each point; no column in a comparison.
    """

    metric: str
    info: MetricInfo
    values: pd.DataFrame
    censored: int
    points: pd.DataFrame

    @classmethod
    def of(cls, study: Study, metric: str) -> Outcomes:
        """Return a metric of a comparison or of a sweep.

        Raises
        ------
        ResilienzaError
            If the metric was not kept.
        """
        if study.is_sweep:
            values, points, horizon = study.values(metric), study.points, None
        else:
            values = pd.concat({0: study.table(metric)}, names=[POINT])
            points = pd.DataFrame(index=pd.RangeIndex(1, name=POINT))
            horizon = study.manifest.get("horizons", {}).get(study.manifest["decision"])
        values = values.astype("float64")
        values = values.where(np.isfinite(values))
        values, censored = cut(study.runs, metric, values, horizon)
        return cls(metric, study.describe(metric), values, censored, points)

    @property
    def missing(self) -> list[str]:
        """The arms without any value."""
        return [str(arm) for arm in self.values if self.values[arm].isna().all()]

    def of_points(self) -> pd.DataFrame:
        """Return the mean of each point over the pairs in which every arm is defined."""
        known = self.values.drop(columns=self.missing).dropna()
        return known.groupby(level=POINT, sort=True).mean().reindex(columns=self.values.columns)


def over_points(values: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each replicate over the points, replicates by arms.

    The points have the same replicate seeds: the rows are the independent units of a sweep. A
    replicate that lacks a point in an arm is undefined there: a mean over other points would not
    be the same quantity.
    """
    points = values.index.get_level_values(POINT).nunique()
    grouped = values.groupby(level=REPLICATE, sort=True)
    return grouped.mean().where(grouped.count() == points)

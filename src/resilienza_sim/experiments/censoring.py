"""Times that had not come by the end of observation, in tables of many points."""

from __future__ import annotations

import numpy as np
import pandas as pd

from resilienza_sim.statistics import restricted_by

__all__ = ["cut", "marks"]

POINT, REPLICATE = "point", "replicate"


def marks(runs: pd.DataFrame, metric: str, values: pd.DataFrame) -> pd.DataFrame | None:
    """Return where the values of a metric are censored, in the shape of `values`; None if never.

    Parameters
    ----------
    runs : pandas.DataFrame
        One row a run; without a column `point` all are of point 0.
    metric : str
        Its name.
    values : pandas.DataFrame
        A row for each point and replicate, a column an arm.
    """
    flag = f"{metric}_censored"
    if flag not in runs.columns:
        return None
    well = runs[runs["status"] == "ok"]
    known = well[flag].astype("boolean").fillna(False).astype(bool)
    index = pd.MultiIndex.from_arrays(
        [np.broadcast_to(well.get(POINT, 0), len(well)), well[REPLICATE], well["strategy"]],
        names=[POINT, REPLICATE, "strategy"],
    )
    wide = pd.Series(known.to_numpy(), index=index).unstack("strategy")
    return wide.reindex(index=values.index, columns=values.columns).fillna(False).astype(bool)


def cut(
    runs: pd.DataFrame, metric: str, values: pd.DataFrame, horizon: float | None = None
) -> tuple[pd.DataFrame, int]:
    """Cut censored times, point by point, at the earliest end of observation among them.

    Parameters
    ----------
    runs, metric, values
        As for `marks`.
    horizon : float, optional
        End of observation of the censored times that carry none.

    Returns
    -------
    values : pandas.DataFrame
        With restricted times (see `statistics.restricted`).
    beyond : int
        How many of them lie beyond.
    """
    wide = marks(runs, metric, values)
    if wide is None:
        return values, 0
    group = values.index.get_level_values(POINT).to_numpy()
    times, beyond = restricted_by(group, values.to_numpy(np.float64), wide.to_numpy(), horizon)
    return pd.DataFrame(times, index=values.index, columns=values.columns), beyond

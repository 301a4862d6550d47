"""Times that had not come by the end of observation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "restricted",
    "restricted_by",
]

Floats = NDArray[np.float64]


def restricted(
    values: Floats, censored: NDArray[np.bool_], horizon: float | None = None
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return times cut at the earliest end of observation, and which of them lie beyond it.

    Parameters
    ----------
    values : array of float
        Times; where `censored`, the end of observation or nan.
    censored : array of bool
        True where the time had not come by the end of observation.
    horizon : float, optional
        End of observation of the censored times that carry none.

    Returns
    -------
    times, beyond : arrays
        Undefined (nan) where the time is, or where the end of observation is not known.
    """
    if not censored.any():
        return values, censored
    end = np.nan if horizon is None else float(horizon)
    times = np.where(censored & np.isnan(values), end, values)
    known = times[censored & ~np.isnan(times)]
    cut = float(known.min()) if known.size else np.inf
    return np.minimum(times, cut), censored | (times > cut)


def restricted_by(
    group: NDArray[np.int64],
    values: Floats,
    censored: NDArray[np.bool_],
    horizon: float | None = None,
) -> tuple[Floats, int]:
    """Return a table of times cut group by group, and how many of them lie beyond.

    Parameters
    ----------
    group : array of int, shape (rows,)
        Rows of one group share an end of observation: the points of a sweep.
    values, censored : arrays, shape (rows, arms)
        As for `restricted`.
    horizon : float, optional
        As for `restricted`.
    """
    found, beyond = values.copy(), 0
    for each in np.unique(group[censored.any(axis=1)]):
        rows = group == each
        times, late = restricted(values[rows].ravel(), censored[rows].ravel(), horizon)
        found[rows] = times.reshape(-1, values.shape[1])
        beyond += int(late.sum())
    return found, beyond

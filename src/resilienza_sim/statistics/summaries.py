"""What a table of values says in one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "tail",
    "variance_shares",
]

Floats = NDArray[np.float64]


def tail(values: Floats, direction: int, share: float = 0.1) -> float:
    """Return the value beyond which the worst `share` of the runs lies (P90 of a loss)."""
    defined = values[np.isfinite(values)]
    if not defined.size:
        return np.nan
    return float(np.quantile(defined, share if direction > 0 else 1 - share))


def variance_shares(values: Floats) -> tuple[float, float, float]:
    """Return the shares of variance due to the replicate, the arm, and the two together.

    Parameters
    ----------
    values : array of float, shape (replicates, arms)
        One value per run; replicates with an undefined value are left out.

    Returns
    -------
    replicate, arm, interaction : float
        Shares of the total sum of squares; nan when nothing varies.
    """
    table = values[np.isfinite(values).all(axis=1)]
    if table.shape[0] < 2 or table.shape[1] < 2:
        return np.nan, np.nan, np.nan
    centre = table.mean()
    total = float(((table - centre) ** 2).sum())
    if total <= 0:
        return np.nan, np.nan, np.nan
    replicate = table.shape[1] * float(((table.mean(axis=1) - centre) ** 2).sum()) / total
    arm = table.shape[0] * float(((table.mean(axis=0) - centre) ** 2).sum()) / total
    return replicate, arm, max(0.0, 1.0 - replicate - arm)

"""Intervals of a mean and of a median."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from resilienza_sim.statistics.verdicts import MINIMUM_PAIRS

__all__ = [
    "constant",
    "mean_interval",
    "mean_intervals",
    "median_interval",
    "student_interval",
]

Floats = NDArray[np.float64]

_RESAMPLES = 9_999
_DRAWS_AT_MOST = 20_000_000


def constant(d: Floats) -> bool:
    """Tell whether all differences are one number but for rounding."""
    return bool(np.ptp(d) <= 1e-12 * np.abs(d).max()) if d.size else True


def mean_intervals(d: Floats, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Return the 95 % and the 90 % interval of the mean difference."""
    if d.size < 2:
        return (np.nan,) * 4
    if constant(d):  # BCa would divide zero by zero
        return (float(d[0]),) * 4
    resamples = min(_RESAMPLES, max(1_999, _DRAWS_AT_MOST // d.size))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        wide = stats.bootstrap(
            (d,),
            np.mean,
            n_resamples=resamples,
            batch=max(1, 2_000_000 // d.size),
            confidence_level=0.95,
            method="BCa",
            rng=rng,
        )
        narrow = stats.bootstrap(
            (d,),
            np.mean,
            n_resamples=0,
            confidence_level=0.90,
            method="BCa",
            bootstrap_result=wide,
            rng=rng,
        )
    ends = [*wide.confidence_interval, *narrow.confidence_interval]
    if np.isnan(ends).any():  # as good as constant: the plain percentiles still exist
        ends = np.percentile(wide.bootstrap_distribution, [2.5, 97.5, 5.0, 95.0]).tolist()
    low, high, low_90, high_90 = (float(end) for end in ends)
    return low, high, low_90, high_90


def mean_interval(d: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % BCa interval of a mean; nan with fewer than two values."""
    return mean_intervals(d, rng)[:2]


def median_interval(d: Floats) -> tuple[float, float]:
    """Return the exact 95 % interval of a median, from order statistics; nan below 6 values."""
    if d.size < MINIMUM_PAIRS:
        return np.nan, np.nan
    interval = stats.quantile_test(d, q=float(np.median(d)), p=0.5).confidence_interval(0.95)
    return float(interval.low), float(interval.high)


def student_interval(values: Floats, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of the values known and the ends of its Student's interval.

    All nan where fewer than two are known.
    """
    known = values[np.isfinite(values)]
    if known.size < 2:
        return math.nan, math.nan, math.nan
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(known.size)
    reach = float(stats.t.ppf(0.5 + confidence / 2.0, known.size - 1)) * error
    return mean, mean - reach, mean + reach

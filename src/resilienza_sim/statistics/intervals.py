"""Intervals of a mean and of a median.

The interval of a mean is the widest of three, none of which draws a random number:

* Student's;
* that of the t-statistic freed of its skewness by a monotone cubic (Hall 1992,
  doi:10.1111/j.2517-6161.1992.tb01876.x). With W = (mean − μ)/s and γ the skewness,

      g(W) = W + γW²/3 + γ²W³/27 + γ/(6n)

  is compared with t/√n instead of W;
* the same with γ·(1 + 6/n), since the skewness of a small sample falls short of the true one. The 6
  is an assumption, sized on the coverage measured.

Each alone fails where another holds: over skewed differences Student's misses on one side (16 % at
10 pairs of lognormal ones), over heavy tails the other two do; the usual BCa bootstrap is narrower
than Student's at few pairs and misses up to 18 %. `scripts/interval_coverage.py` measures them all,
and docs/design.md has the table. What no interval of a mean can do (Bahadur & Savage 1956,
doi:10.1214/aoms/1177728077) is to foresee what no pair has shown: where all the differences are
one number, or all but one, there is an interval only from `TIED_FROM` pairs on.
"""

from __future__ import annotations

import math

import numpy as np
import scipy
from numpy.typing import NDArray

__all__ = [
    "CONFIDENCE",
    "TIED_FROM",
    "bootstrap_ends",
    "constant",
    "decided_at",
    "errors_of",
    "mean_interval",
    "mean_intervals",
    "median_interval",
    "skewness",
    "skewnesses",
    "student_interval",
    "widest",
]

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
TIED_FROM = 50
"""Values from which there is an interval even if all but one are tied.

By then something else in one pair of ten has been met twice, but for 3.4 %.
"""
_SHORT = 6.0
_FEWEST = 6


def constant(d: Floats) -> bool:
    """Tell whether all differences are one number but for rounding."""
    return bool(_alike(d[None])[0]) if d.size else True


def _alike(d: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.ptp(d, axis=1) <= 1e-12 * np.abs(d).max(axis=1))


def _tied(d: Floats) -> NDArray[np.bool_]:
    """Tell whether all values of each row are one number, or all but one where there are six."""
    if d.shape[1] < _FEWEST:
        return _alike(d)
    ordered = np.sort(d, axis=1)
    near = 1e-12 * np.abs(d).max(axis=1)
    but_last = ordered[:, -2] - ordered[:, 0] <= near
    but_first = ordered[:, -1] - ordered[:, 1] <= near
    return np.asarray(but_last | but_first)


def skewness(d: Floats) -> float:
    """Return the skewness of some values; nan where fewer than three, or all alike."""
    return float(_skewness(d[None])[0]) if d.size > 2 and not constant(d) else math.nan


def _skewness(d: Floats) -> Floats:
    if d.shape[1] < 3:
        return np.zeros(len(d))
    return np.asarray(np.nan_to_num(scipy.stats.skew(d, axis=1, bias=False)), np.float64)


def skewnesses(d: Floats) -> Floats:
    """Return the skewness of each row that the three intervals allow for, shape (3, rows)."""
    gamma = _skewness(d)
    return np.array([np.zeros(len(d)), gamma, gamma * (1.0 + _SHORT / d.shape[1])])


def mean_intervals(d: Floats, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Return the ends of the interval of the mean of each row.

    Parameters
    ----------
    d : array of float, shape (rows, values)
        Defined values.
    confidence : float
        Nominal share of rows whose interval holds the true mean.

    Returns
    -------
    low, high : arrays of float, shape (rows,)
        nan with fewer than two values, and where all are one number, or all but one, and they are
        fewer than `TIED_FROM`.
    """
    rows, n = d.shape
    if n < 2:
        return np.full(rows, np.nan), np.full(rows, np.nan)
    mean, spread, alike = d.mean(axis=1), d.std(axis=1, ddof=1), _alike(d)
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2.0, n - 1)) / math.sqrt(n)
    shown = np.where(alike[:, None], np.arange(n), d)  # nothing to divide by where all are alike
    low, high = widest(mean, spread, skewnesses(shown), reach, n)
    unknown, only = _tied(d) & (n < TIED_FROM), np.where(alike, mean, np.nan)
    low, high = np.where(alike, only, low), np.where(alike, only, high)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def mean_interval(d: Floats, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of the mean of some values; see `mean_intervals`."""
    low, high = mean_intervals(np.asarray(d, np.float64)[None], confidence)
    return float(low[0]), float(high[0])


def widest(
    mean: Floats, spread: Floats, gamma: Floats, reach: float, n: int
) -> tuple[Floats, Floats]:
    """Return the ends of the widest of the three intervals of a mean.

    Parameters
    ----------
    mean, spread : arrays of float, shape (rows,)
        Of the values, the spread with n − 1.
    gamma : array of float, shape (3, rows)
        See `skewnesses`.
    reach : float
        Half of the symmetrical interval, in spreads: t/√n for Student's.
    n : int
        Values.
    """
    low = (mean - spread * _straightened(reach, gamma, n)).min(axis=0)
    high = (mean - spread * _straightened(-reach, gamma, n)).max(axis=0)
    return low, high


def _straightened(y: float, gamma: Floats, n: int) -> Floats:
    """Return the W at which g(W) is y."""
    none = np.abs(gamma) < 1e-6  # dividing by less would lose more digits than it corrects
    some = np.where(none, 1.0, gamma)
    inverse = 3.0 / some * (np.cbrt(1.0 + some * (y - some / (6.0 * n))) - 1.0)
    return np.where(none, y, inverse)


def decided_at(d: Floats, value: float, side: int) -> float:
    """Return the least error at which an interval of the mean lies beyond a value.

    Parameters
    ----------
    d : array of float
        Defined values.
    value : float
        What the mean is held against.
    side : int
        +1 to lie above it, −1 below.

    Returns
    -------
    float
        The α for which the 1 − α interval of `mean_interval` ends at the value, from 0 to 1; 1
        where there is no interval.
    """
    return float(errors_of(np.asarray(d, np.float64)[None], value, side)[0])


def errors_of(d: Floats, value: float, side: int) -> Floats:
    """Return `decided_at` of each row, shape (rows,)."""
    rows, n = d.shape
    if n < 2:
        return np.ones(rows)
    alike, mean = _alike(d), d.mean(axis=1)
    shown = np.where(alike[:, None], np.arange(n), d)
    gamma, w = skewnesses(shown), (mean - value) / shown.std(axis=1, ddof=1)
    g = w + gamma * w**2 / 3.0 + gamma**2 * w**3 / 27.0 + gamma / (6.0 * n)
    found = np.minimum(1.0, 2.0 * scipy.stats.t.sf(side * g * math.sqrt(n), n - 1).max(axis=0))
    found = np.where(alike, side * (mean - value) <= 0.0, found)
    return np.where(_tied(d) & (n < TIED_FROM), 1.0, found)


def median_interval(d: Floats) -> tuple[float, float]:
    """Return the exact 95 % interval of a median, from order statistics; nan below 6 values."""
    if d.size < _FEWEST:
        return np.nan, np.nan
    interval = scipy.stats.quantile_test(d, q=float(np.median(d)), p=0.5).confidence_interval(0.95)
    return float(interval.low), float(interval.high)


def student_interval(values: Floats, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return the mean of the values known and the ends of its Student's interval.

    All nan where fewer than two are known.
    """
    known = values[np.isfinite(values)]
    if known.size < 2:
        return math.nan, math.nan, math.nan
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(known.size)
    reach = float(scipy.stats.t.ppf(0.5 + confidence / 2.0, known.size - 1)) * error
    return mean, mean - reach, mean + reach


def bootstrap_ends(samples: Floats, n: int, confidence: float = CONFIDENCE) -> Floats:
    """Return the ends of the interval of what was computed on bootstrap samples of n cases.

    Percentiles further out than the nominal ones, so that the interval of a mean would be as wide
    as Student's (expanded percentiles: Hesterberg 2015, doi:10.1080/00031305.2015.1089789).

    Parameters
    ----------
    samples : array of float, shape (samples, ...)
        Computed on each sample.
    n : int
        Cases drawn from, two at least.
    confidence : float
        Nominal coverage.
    """
    reach = math.sqrt(n / (n - 1)) * float(scipy.stats.t.ppf(0.5 + confidence / 2.0, n - 1))
    share = 100.0 * float(scipy.stats.norm.sf(reach))
    return np.asarray(np.percentile(samples, [share, 100.0 - share], axis=0), np.float64)

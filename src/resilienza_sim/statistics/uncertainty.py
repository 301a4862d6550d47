"""What plausible worlds say beyond a mean: chance parted from ignorance, break-even values.

* The spread of a difference between worlds is chance plus what is not known. Some worlds are lived
  again with other random numbers: half the mean squared gap of a world's two differences is the
  variance of chance, s², and its share of the whole variance S² is what more citizens, not more
  knowledge, would take away. Its interval is that of a ratio of variances (F with as many degrees
  of freedom as worlds lived twice, and worlds less one).
* The *break-even value* along one axis is where the straight line through the worlds' differences
  (least squares, in the logarithm where the axis is drawn in it) crosses zero. Its interval is the
  part of the range in which the bootstrapped band of the line holds zero (as in Fieller 1954, a
  band rather than a ratio, so that a flat line gives the whole range and not nonsense).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from resilienza_sim.statistics.intervals import bootstrap_ends, constant
from resilienza_sim.statistics.verdicts import MINIMUM_PAIRS

__all__ = ["BreakEven", "Chance", "break_even", "chance_of"]

Floats = NDArray[np.float64]
_RESAMPLES = 4_000
_GRID = 201


@dataclass(frozen=True, slots=True)
class Chance:
    """How much of the spread between worlds is chance.

    Parameters
    ----------
    worlds, twice : int
        Worlds; those of them lived twice.
    sd, sd_chance : float
        Standard deviation of the difference between worlds, and of chance alone.
    share, low, high : float
        Share of the variance that is chance, from 0 to 1, with its 95 % interval.
    """

    worlds: int
    twice: int
    sd: float
    sd_chance: float
    share: float
    low: float
    high: float


def chance_of(d: Floats, first: Floats, second: Floats) -> Chance:
    """Return how much of the variance of a difference is chance.

    Parameters
    ----------
    d : array of float
        Difference of every world.
    first, second : arrays of float
        Differences of the worlds lived twice, with the first and with the other random numbers.
    """
    d = d[np.isfinite(d)]
    gaps = (second - first)[np.isfinite(second - first)]
    n, m = int(d.size), int(gaps.size)
    if n < 2 or not m:
        sd = float(d.std(ddof=1)) if n > 1 else np.nan
        return Chance(n, m, sd, np.nan, np.nan, np.nan, np.nan)
    whole, chance = float(d.var(ddof=1)), float((gaps**2).mean() / 2.0)
    if whole <= 0.0:
        return Chance(n, m, 0.0, float(np.sqrt(chance)), np.nan, np.nan, np.nan)
    ratio = chance / whole
    low, high = ratio / scipy.stats.f.ppf([0.975, 0.025], m, n - 1)
    share, low, high = (min(1.0, float(each)) for each in (ratio, low, high))
    return Chance(n, m, float(np.sqrt(whole)), float(np.sqrt(chance)), share, low, high)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where a difference changes sign along one axis.

    Parameters
    ----------
    says : str
        "few" (too few worlds), "always" (one sign all along the range, surely), "crosses" (the
        sign changes at `value`, surely), "faint" (the line crosses zero at `value`, but its slope
        may be nothing), "none" (the line does not cross zero in the range, but it might).
    value : float
        Where the line crosses zero; nan if not in the range.
    low, high : float
        Between which it may lie; nan if nowhere in the range.
    at_low, at_high : float
        Difference that the line gives at the two ends of the range.
    worlds : int
        Worlds with a difference.
    """

    says: str
    value: float
    low: float
    high: float
    at_low: float
    at_high: float
    worlds: int


def break_even(
    x: Floats,
    d: Floats,
    span: tuple[float, float],
    *,
    logarithmic: bool = False,
    rng: np.random.Generator,
) -> BreakEven:
    """Return where a difference changes sign along one axis.

    Parameters
    ----------
    x, d : arrays of float, shape (worlds,)
        Value of the axis and difference, one a world; undefined differences are left out.
    span : tuple of float
        The range of the axis: outside of it nothing is said.
    logarithmic : bool
        Whether the line is straight in the logarithm of the axis.
    rng : numpy.random.Generator
        Draws the bootstrap over worlds.
    """
    scale = np.log if logarithmic else np.asarray
    start, end = (float(scale(each)) for each in span)
    known = np.isfinite(x) & np.isfinite(d)
    t, d = (scale(x[known]) - start) / (end - start), d[known]
    if d.size < MINIMUM_PAIRS or constant(t):
        return BreakEven("few", np.nan, np.nan, np.nan, np.nan, np.nan, int(d.size))

    def back(share: float) -> float:
        value = start + share * (end - start)
        return float(np.exp(value)) if logarithmic else value

    base, slope = _lines(t[None], d[None])
    picks = rng.integers(0, d.size, (_RESAMPLES, d.size))
    bases, slopes = _lines(t[picks], d[picks])
    grid = np.linspace(0.0, 1.0, _GRID)
    band = bootstrap_ends(bases[:, None] + slopes[:, None] * grid, d.size)
    maybe = grid[(band[0] <= 0.0) & (band[1] >= 0.0)]
    root = float(-base[0] / slope[0]) if slope[0] else np.nan
    inside = 0.0 <= root <= 1.0
    slope_low, slope_high = bootstrap_ends(slopes, d.size)
    if not maybe.size and not inside:
        says = "always"
    elif inside:
        says = "crosses" if slope_low * slope_high > 0.0 else "faint"
    else:
        says = "none"
    low, high = (back(maybe[0]), back(maybe[-1])) if maybe.size else (np.nan, np.nan)
    return BreakEven(
        says,
        back(root) if inside else np.nan,
        low,
        high,
        float(base[0]),
        float(base[0] + slope[0]),
        int(d.size),
    )


def _lines(t: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Return where each line starts and how it climbs, one a row; flat where t does not vary."""
    middle, mean = t.mean(axis=1), d.mean(axis=1)
    from_middle = t - middle[:, None]
    spread = (from_middle**2).sum(axis=1)
    climbs = (from_middle * d).sum(axis=1)
    slope = np.divide(climbs, spread, out=np.zeros_like(climbs), where=spread > 0.0)
    return mean - slope * middle, slope

"""Paired statistics of one metric between two arms, and what may be said from them.

Scipy does the methods; the pairing, the undefined values and the words are ours.

* The interval of the mean difference is that of `intervals.mean_interval`, made to hold at 95 %
  from 6 pairs on; that of the median is the exact one from order statistics.
* Differences whose skewness is beyond 2 are told to be so: a few pairs make the mean, and 95 % is
  too much to say of very few of them.
* Natural frequencies count pairs (worlds): in how many an arm does better by the smallest
  difference that matters, in how many the difference is too small to matter, in how many it does
  worse. They are read right by more people than probabilities (Gigerenzer & Hoffrage 1995,
  doi:10.1037/0033-295X.102.4.684).
* A time that was not reached before the end (censored) is known up to the end of observation:
  means are restricted means (Royston & Parmar 2013, doi:10.1186/1471-2288-13-152), with every time
  cut at the earliest end among the censored; beyond it no run is known to differ from another.
  With half of the times or more beyond it, arms are never called equivalent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from resilienza_sim.statistics.censoring import restricted
from resilienza_sim.statistics.intervals import (
    constant,
    decided_at,
    mean_interval,
    median_interval,
    skewness,
)
from resilienza_sim.statistics.sequential import Seen
from resilienza_sim.statistics.verdicts import verdict

__all__ = ["PairedComparison", "compare_pairs", "counted", "paired"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedComparison:
    """The difference strategy − baseline over the pairs in which both are defined.

    Parameters
    ----------
    n, dropped : int
        Pairs used; pairs left out because a value is undefined.
    censored : int
        Values, in either arm, known only to be longer than the observation.
    mean_difference, low, high : float
        Mean difference with its 95 % interval; nan when it cannot be had.
    median_difference, median_low, median_high : float
        Median difference with its exact interval.
    relative : float
        Mean difference over the absolute mean of the baseline.
    dz : float
        Mean difference over the standard deviation of the differences; nan when they are equal.
    p_better : float
        Share of pairs in which the strategy does better, ties counting half.
    a12 : float
        Chance that any run of the strategy lies above any of the baseline (Vargha & Delaney
        2000), pairing aside.
    correlation : float
        Pearson's between the arms: what pairing gains.
    verdict : str
        "better", "worse", "equivalent" or "undecided".
    n_better, n_alike, n_worse : int
        Pairs in which the strategy does better or worse by the smallest difference that matters,
        and those in which the difference is smaller: natural frequencies.
    effect_of_interest : float
        Smallest difference that matters; nan when none was stated.
    skewness : float
        Of the differences, nan when they are too few or equal; beyond `SKEWED_BEYOND` a few pairs
        make the mean.
    decided_at : float
        Least error at which the verdict would still be told, 1 when undecided: what a family of
        comparisons is corrected by.
    p_value : float
        Wilcoxon's signed-rank test, nan unless asked.
    """

    n: int
    dropped: int
    censored: int
    mean_difference: float
    low: float
    high: float
    median_difference: float
    median_low: float
    median_high: float
    relative: float
    dz: float
    p_better: float
    a12: float
    correlation: float
    verdict: str
    n_better: int
    n_alike: int
    n_worse: int
    effect_of_interest: float
    skewness: float
    decided_at: float
    p_value: float


def compare_pairs(
    baseline: Sequence[float] | Floats,
    strategy: Sequence[float] | Floats,
    *,
    direction: int,
    effect_of_interest: float | None = None,
    censored: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    horizon: float | None = None,
    family: int = 0,
    p_values: bool = False,
) -> PairedComparison:
    """Compare two arms over their pairs.

    Parameters
    ----------
    baseline, strategy : arrays of float, shape (pairs,)
        Values of the metric, in the same order of replicates; nan when undefined.
    direction : int
        +1 when higher is better, −1 when lower is, 0 when neither.
    effect_of_interest : float, optional
        Smallest difference that matters, in the metric's unit.
    censored : pair of bool arrays, optional
        Flags of the censored values of each arm.
    horizon : float, optional
        End of observation of censored values that are nan.
    family : int
        Where pairs were added until it was sure, how many comparisons hold together: the interval
        is the one that holds at every look (see `sequential`).
    p_values : bool
        Also run Wilcoxon's test. In a simulation pairs cost nothing and no two models are exactly
        alike, so a small p says little (White et al. 2014, doi:10.1111/j.1600-0706.2013.01073.x).
    """
    old, new, n_censored = paired(baseline, strategy, censored, horizon)
    d = new - old
    n = int(d.size)
    mean = float(d.mean()) if n else np.nan
    low, high = Seen.of(d, family).ends(n) if family else mean_interval(d)
    spread = float(d.std(ddof=1)) if n > 1 else np.nan
    median_low, median_high = median_interval(d)
    base = abs(float(old.mean())) if n else np.nan
    effect = np.nan if effect_of_interest is None else float(effect_of_interest)
    said = verdict(n, (low, high), direction, effect_of_interest)
    if said == "equivalent" and n_censored >= n:
        said = "undecided"  # half of the times are unknown: the difference may lie beyond
    better, worse = (counted(side * d, effect_of_interest) for side in (direction, -direction))
    return PairedComparison(
        n=n,
        dropped=len(baseline) - n,
        censored=n_censored,
        mean_difference=mean,
        low=low,
        high=high,
        median_difference=float(np.median(d)) if n else np.nan,
        median_low=median_low,
        median_high=median_high,
        relative=mean / base if base > 0 else np.nan,
        dz=mean / spread if spread > 0 and not constant(d) else np.nan,
        p_better=_share_above(direction * d) if n and direction else np.nan,
        a12=_a12(old, new),
        correlation=_correlation(old, new),
        verdict=said,
        n_better=better,
        n_alike=n - better - worse,
        n_worse=worse,
        effect_of_interest=effect,
        skewness=skewness(d),
        decided_at=_decided_at(direction * d, abs(effect_of_interest or 0.0), said),
        p_value=_wilcoxon(d) if p_values else np.nan,
    )


def _decided_at(gain: Floats, effect: float, said: str) -> float:
    """Return the least error at which the verdict told would still be told; 1 without one."""
    if said == "better":
        return decided_at(gain, effect, 1)
    if said == "worse":
        return decided_at(gain, -effect, -1)
    if said == "equivalent" and effect > 0.0:
        return max(decided_at(gain, -effect, 1), decided_at(gain, effect, -1))
    return float(said == "undecided")


def counted(gain: Floats, effect: float | None) -> int:
    """Return in how many pairs a gain reaches the smallest that matters; any, if none does."""
    return int(((gain > 0.0) & (gain >= abs(effect or 0.0))).sum())


def paired(
    baseline: Sequence[float] | Floats,
    strategy: Sequence[float] | Floats,
    censored: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    horizon: float | None = None,
) -> tuple[Floats, Floats, int]:
    """Return the pairs with a value in both arms, cut where times are, and the censored values.

    The parameters are those of `compare_pairs`.
    """
    old, new = np.asarray(baseline, np.float64), np.asarray(strategy, np.float64)
    n_censored = 0
    if censored is not None:
        both, beyond = restricted(np.r_[old, new], np.r_[censored[0], censored[1]], horizon)
        old, new = both[: old.size], both[old.size :]
        n_censored = int(beyond.sum())
    valid = np.isfinite(old) & np.isfinite(new)
    return old[valid], new[valid], n_censored


def _share_above(d: Floats) -> float:
    return float(np.mean(d > 0) + 0.5 * np.mean(d == 0))


def _a12(old: Floats, new: Floats) -> float:
    if not old.size:
        return np.nan
    ranks = scipy.stats.rankdata(np.r_[new, old])
    above = ranks[: new.size].sum() - new.size * (new.size + 1) / 2
    return float(above / (new.size * old.size))


def _correlation(old: Floats, new: Floats) -> float:
    if old.size < 3 or constant(old) or constant(new):
        return np.nan
    return float(np.corrcoef(old, new)[0, 1])


def _wilcoxon(d: Floats) -> float:
    if not d.size:
        return np.nan
    return float(scipy.stats.wilcoxon(d).pvalue) if np.any(d != 0) else 1.0

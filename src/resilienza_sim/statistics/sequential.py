"""Are there pairs enough? Intervals that hold however often one looks, and the pairs still missing.

Looking at the usual 95 % interval after every few pairs, and stopping as soon as it pleases, is
wrong about one time in five where it promises one in twenty. Here the interval is wider, and holds
at every look together, whenever one stops (a confidence sequence). It inverts the t-test whose
evidence against a mean is averaged over effects N(0, g) in standard deviations (Robbins 1970,
doi:10.1214/aoms/1177696786; Lai 1976, doi:10.1214/aos/1176343406; in this form Wang & Ramdas 2023,
arXiv:2310.03722). With n differences of mean m and standard deviation s the mean lies within

    m ± s/√n · √((n − 1)·x),   x = (r − 1) / (1 − r/(1 + n·g)),   r = (√(1 + n·g)/α)^(2/n)

It depends neither on how many looks there are nor on the budget, so that a study may go on later
under another rule. Near 100 pairs it is 1.6 times as wide as Student's interval: being sure while
looking costs about two and a half times the pairs of one look whose time was fixed beforehand.

What holds and what is nominal. For normal differences 95 % is a guarantee; otherwise it is nominal,
good in large samples. Share of 20,000 simulated studies in which no look from 50 pairs to 200, one
every 10, misses the true mean (with Student's 95 % interval in brackets): normal 0.99 (0.82),
Student's t with 3 degrees 0.99 (0.83), exponential 0.97 (0.80), lognormal with σ = 0.5 0.98 (0.81)
and with σ = 1 0.92 (0.75), a thing that happens in one pair of ten 0.94 (0.76), in one of
thirty-three 0.76 (0.67). Begun at 20 pairs the last three fall to 0.89, 0.85 and 0.45: nothing is
called sure below 50 pairs, the house's bound for what is not exploratory, and differences whose
skewness is beyond 2 are told to be so. Where the true difference is just the smallest that matters
(0.5 deviations) "equivalent" is ever said in 1 % of studies of normal differences, 5 % of
exponential and up to 10 % of lognormal ones with σ = 1; by the usual 90 % interval in 16, 22 and
30 %. Each comparison has its own 95 %; nothing is corrected for how many there are.

The verdict is `statistics.verdict` on these intervals: better or worse by the 95 % one, equivalent
by the 90 % one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from resilienza_sim.statistics.intervals import constant
from resilienza_sim.statistics.pairs import paired
from resilienza_sim.statistics.verdicts import EXPLORATORY_BELOW, MINIMUM_PAIRS, verdict

__all__ = [
    "CONFIDENCE",
    "METHOD",
    "MOST_FORESEEN",
    "SKEWED_BEYOND",
    "SURE_FROM",
    "Sureness",
    "anytime_half_width",
    "judge",
    "pairs_needed",
]

Floats = NDArray[np.float64]

SURE_FROM = EXPLORATORY_BELOW
"""Pairs below which nothing is called sure."""
MOST_FORESEEN = 100_000
"""Beyond so many pairs in all, an estimate of those missing says no more than "never"."""
CONFIDENCE, CONFIDENCE_EQUIVALENT = 0.95, 0.90
SKEWED_BEYOND = 2.0
"""Skewness from which 95 % is too much to say; in the simulations above, those below 0.95."""
METHOD = "confidence sequence of the t-test, normal mixture (Wang & Ramdas 2023, arXiv:2310.03722)"

# The g for which the 95 % interval is narrowest, against Student's, near these many pairs
# (Waudby-Smith et al. 2021, arXiv:2103.06476: g·n = −2 ln α + ln(1 − 2 ln α)).
# Assumption: most studies end with 50 to 200.
_NARROWEST_AT = 100
_G = float(-2 * np.log(0.05) + np.log(1 - 2 * np.log(0.05))) / _NARROWEST_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How sure one comparison is after some pairs.

    Parameters
    ----------
    pairs : int
        Pairs looked at.
    n, dropped, censored : int
        As in `statistics.PairedComparison`.
    mean_difference, low, high : float
        Mean difference strategy − baseline, with the 95 % interval that holds at every look.
    low_90, high_90 : float
        The 90 % one, by which equivalence is judged.
    effect_of_interest, wanted_half_width : float
        What it is judged by; nan where there is none.
    verdict : str
        "better", "worse", "equivalent" or "undecided".
    why : str
        What makes it sure: "verdict", "narrow", or empty when it is not.
    skewness : float
        Of the differences, nan when they are too few or equal; beyond `SKEWED_BEYOND` a few pairs
        make the mean, and the intervals are optimistic.
    more_pairs : float
        Pairs still needed if mean and spread stay as they are: 0 when sure, inf when no number up
        to 100,000 would do, nan when too few pairs say anything.
    """

    pairs: int
    n: int
    dropped: int
    censored: int
    mean_difference: float
    low: float
    high: float
    low_90: float
    high_90: float
    effect_of_interest: float
    wanted_half_width: float
    verdict: str
    why: str
    skewness: float
    more_pairs: float

    @property
    def sure(self) -> bool:
        """Whether there are pairs enough."""
        return bool(self.why)

    @property
    def waits(self) -> bool:
        """Whether more pairs are worth running for it: not if not one pair has a value."""
        return not self.sure and not (self.n == 0 and self.pairs >= SURE_FROM)


def anytime_half_width(
    n: int | Floats, spread: float | Floats, confidence: float = CONFIDENCE
) -> Any:
    """Return half of the interval of a mean that holds at every look.

    Parameters
    ----------
    n : int or array
        Values; below about ten nothing bounds the mean and the half is infinite.
    spread : float or array
        Their standard deviation (n − 1 in the denominator).
    confidence : float
        Chance that the mean is in all the intervals, for normal values.
    """
    n = np.asarray(n, np.float64)
    widest = 1 + n * _G
    log_r = 2 / n * (0.5 * np.log(widest) - np.log(1 - confidence))
    room = 1 - np.exp(log_r) / widest
    bounded = room > 0
    x = np.where(bounded, np.expm1(log_r) / np.where(bounded, room, 1.0), np.inf)
    with np.errstate(invalid="ignore"):  # zero spread, no bound yet
        half = spread * np.sqrt((n - 1) * x / n)
    return np.where(np.isnan(half) & ~np.isnan(spread), np.inf, half)[()]


def pairs_needed(half: float, spread: float, confidence: float = CONFIDENCE) -> float:
    """Return the values at which `anytime_half_width` falls to `half`, the spread being the same.

    The least n, found by bisection; inf if it is above 100,000.
    """
    if not half > 0:
        return np.inf
    many = range(2, MOST_FORESEEN + 1)
    found = bisect_left(many, True, key=lambda n: anytime_half_width(n, spread, confidence) <= half)
    return float(many[found]) if found < len(many) else np.inf


def judge(
    baseline: Sequence[float] | Floats,
    strategy: Sequence[float] | Floats,
    *,
    direction: int,
    effect_of_interest: float | None = None,
    half_width: float | None = None,
    decided: bool = True,
    censored: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    horizon: float | None = None,
) -> Sureness:
    """Return how sure the comparison of two arms is.

    Parameters
    ----------
    baseline, strategy, direction, effect_of_interest, censored, horizon
        As in `statistics.compare_pairs`.
    half_width : float, optional
        A 95 % interval no wider than twice this is enough.
    decided : bool
        Whether a verdict other than "undecided" is enough.
    """
    looked = len(baseline)
    old, new, n_censored = paired(baseline, strategy, censored, horizon)
    d = new - old
    n = int(d.size)
    mean = float(d.mean()) if n else np.nan
    spread = 0.0 if n > 1 and constant(d) else float(d.std(ddof=1)) if n > 1 else np.nan
    half, half_90 = (
        0.0 if spread == 0.0 else float(anytime_half_width(max(n, 1), spread, level))
        for level in (CONFIDENCE, CONFIDENCE_EQUIVALENT)
    )
    wide, narrow = (mean - half, mean + half), (mean - half_90, mean + half_90)
    enough = n >= SURE_FROM
    said = verdict(n, wide, narrow, direction, effect_of_interest) if enough else "undecided"
    # With half of the times unknown the difference may lie beyond the end of observation.
    blind = n_censored >= n > 0
    if said == "equivalent" and blind:
        said = "undecided"
    why = ""
    if decided and said != "undecided":
        why = "verdict"
    elif enough and half_width is not None and half <= half_width:
        why = "narrow"
    more = 0.0
    if not why:
        least = _least(
            mean,
            spread,
            n,
            direction if decided else 0,
            abs(effect_of_interest or 0.0),
            half_width,
            may_be_equivalent=not blind,
        )
        more = _more(least, n, looked)
    return Sureness(
        pairs=looked,
        n=n,
        dropped=looked - n,
        censored=n_censored,
        mean_difference=mean,
        low=wide[0],
        high=wide[1],
        low_90=narrow[0],
        high_90=narrow[1],
        effect_of_interest=np.nan if effect_of_interest is None else float(effect_of_interest),
        wanted_half_width=np.nan if half_width is None else float(half_width),
        verdict=said,
        why=why,
        skewness=float(stats.skew(d)) if n >= MINIMUM_PAIRS and spread > 0 else np.nan,
        more_pairs=more,
    )


def _least(
    mean: float,
    spread: float,
    n: int,
    direction: int,
    effect: float,
    half_width: float | None,
    *,
    may_be_equivalent: bool,
) -> float:
    """Return the defined pairs at which something would make the comparison sure."""
    if n < MINIMUM_PAIRS:
        return np.nan
    ways = [] if half_width is None else [pairs_needed(half_width, spread)]
    if direction:
        ways.append(pairs_needed(abs(mean) - effect, spread))
        if may_be_equivalent:
            ways.append(pairs_needed(effect - abs(mean), spread, CONFIDENCE_EQUIVALENT))
    return max(float(SURE_FROM), min(ways, default=np.inf))


def _more(least: float, n: int, looked: int) -> float:
    """Return the pairs to add for `least` defined ones, the share of defined ones being the same.

    At least one: at the very edge the estimate may say that those at hand would do.
    """
    if not np.isfinite(least):
        return least
    return max(1.0, float(np.ceil(least * looked / n)) - looked)

"""Are there pairs enough? How sure a comparison is at a look, and the pairs still missing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.statistics.intervals import skewness
from resilienza_sim.statistics.pairs import paired
from resilienza_sim.statistics.sequential import Seen
from resilienza_sim.statistics.verdicts import MINIMUM_PAIRS, verdict

__all__ = ["MOST_FORESEEN", "SURE_FROM", "Enough", "Sureness", "judge", "pairs_needed"]

Floats = NDArray[np.float64]

SURE_FROM = 50
"""Pairs below which nothing is called sure."""
MOST_FORESEEN = 100_000
"""Beyond so many pairs in all, an estimate of those missing says no more than "never"."""


class Enough(NamedTuple):
    """What makes a comparison sure.

    Parameters
    ----------
    half_width : float, optional
        An interval no wider than twice this is enough.
    decided : bool
        Whether a verdict other than "undecided" is enough.
    family : int
        Comparisons judged at once, whose intervals are to hold together.
    """

    half_width: float | None = None
    decided: bool = True
    family: int = 1


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
        Mean difference strategy − baseline, with the interval that holds at every look and for
        the whole family together, at 95 %.
    family : int
        Comparisons that hold together.
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
    family: int
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


def pairs_needed(enough: Callable[[int], bool]) -> float:
    """Return the least number of pairs that are enough, by bisection; inf if above 100,000."""
    many = range(2, MOST_FORESEEN + 1)
    found = bisect_left(many, True, key=enough)
    return float(many[found]) if found < len(many) else np.inf


def judge(
    baseline: Sequence[float] | Floats,
    strategy: Sequence[float] | Floats,
    *,
    direction: int,
    effect_of_interest: float | None = None,
    enough: Enough = Enough(),  # noqa: B008 (it cannot be changed)
    censored: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    horizon: float | None = None,
) -> Sureness:
    """Return how sure the comparison of two arms is.

    Parameters
    ----------
    baseline, strategy, direction, effect_of_interest, censored, horizon
        As in `statistics.compare_pairs`.
    enough : Enough
        What makes it sure.
    """
    half_width, decided, family = enough
    looked = len(baseline)
    old, new, n_censored = paired(baseline, strategy, censored, horizon)
    d = new - old
    n = int(d.size)
    seen = Seen.of(d, family)
    blind = n_censored >= n > 0

    def verdict_at(pairs: int) -> str:
        said = verdict(pairs, seen.ends(pairs), direction, effect_of_interest)
        # With half of the times unknown the difference may lie beyond the end of observation.
        unfit = pairs < SURE_FROM or (blind and said == "equivalent")
        return "undecided" if unfit else said

    def why_at(pairs: int) -> str:
        if decided and verdict_at(pairs) != "undecided":
            return "verdict"
        low, high = seen.ends(pairs)
        narrow = half_width is not None and high - low <= 2.0 * half_width
        return "narrow" if narrow and pairs >= SURE_FROM else ""

    low, high = seen.ends(n)
    why = why_at(n)
    more = 0.0 if why else np.nan
    if not why and n >= MINIMUM_PAIRS:
        more = _more(pairs_needed(lambda pairs: bool(why_at(pairs))), n, looked)
    return Sureness(
        pairs=looked,
        n=n,
        dropped=looked - n,
        censored=n_censored,
        mean_difference=seen.mean,
        low=low,
        high=high,
        family=family,
        effect_of_interest=np.nan if effect_of_interest is None else float(effect_of_interest),
        wanted_half_width=np.nan if half_width is None else float(half_width),
        verdict=verdict_at(n),
        why=why,
        skewness=skewness(d) if n >= MINIMUM_PAIRS else np.nan,
        more_pairs=more,
    )


def _more(least: float, n: int, looked: int) -> float:
    """Return the pairs to add for `least` defined ones, the share of defined ones being the same.

    At least one: at the very edge the estimate may say that those at hand would do.
    """
    if not np.isfinite(least):
        return least
    return max(1.0, float(np.ceil(least * looked / n)) - looked)

"""What may be said of a difference, given its interval.

Every verdict in the package is read here, off one interval. For "equivalent" two one-sided tests at
5 % would ask for the 90 % interval only; over skewed differences that is wrong in 7 to 13 % of the
cases, and the 95 % interval in 5 % or less from 10 pairs on (docs/design.md), so it asks for that.

Fewer than 6 pairs give no verdict: even if all agreed, a sign test would leave a chance of 1 in 16
or more.
"""

from __future__ import annotations

import math

__all__ = ["MINIMUM_PAIRS", "SKEWED_BEYOND", "side", "verdict"]

MINIMUM_PAIRS = 6
SKEWED_BEYOND = 2.0
"""Skewness from which 95 % is too much to say: a few pairs make the mean."""


def side(low: float, high: float) -> int:
    """Return on which side of zero an interval lies: +1, −1, or 0 if it holds it or is none."""
    return int(low > 0.0) - int(high < 0.0)


def verdict(
    n: int, interval: tuple[float, float], direction: int, effect_of_interest: float | None
) -> str:
    """Return what may be said of a difference against the smallest effect of interest.

    "better" and "worse": the whole interval lies at or beyond the smallest effect. "equivalent":
    the whole interval lies within it. Otherwise "undecided": more pairs would tell, and a
    difference that is sure but perhaps too small to matter is of this kind. Without an effect of
    interest any sure difference counts, and only exact equality is equivalent.
    """
    effect = abs(effect_of_interest or 0.0)
    low, high = interval
    if n < MINIMUM_PAIRS or not direction or math.isnan(low) or math.isnan(high):
        return "undecided"
    if direction < 0:
        low, high = -high, -low
    if low > 0 and low >= effect:
        return "better"
    if high < 0 and high <= -effect:
        return "worse"
    if low == high == 0 or (-effect < low and high < effect):
        return "equivalent"
    return "undecided"

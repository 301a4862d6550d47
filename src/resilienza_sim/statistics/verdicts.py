"""What may be said of a difference, given its intervals."""

from __future__ import annotations

import numpy as np

__all__ = [
    "EXPLORATORY_BELOW",
    "MINIMUM_PAIRS",
    "verdict",
]

MINIMUM_PAIRS = 6
EXPLORATORY_BELOW = 50


def verdict(
    n: int,
    interval: tuple[float, float],
    narrow: tuple[float, float],
    direction: int,
    effect_of_interest: float | None,
) -> str:
    """Return what may be said of a difference against the smallest effect of interest.

    "better" and "worse": the whole 95 % interval lies at or beyond the smallest effect.
    "equivalent": the whole 90 % interval lies within it. Otherwise "undecided": more pairs would
    tell, and a difference that is sure but perhaps too small to matter is of this kind.
    Without an effect of interest any sure difference counts, and only exact equality is
    equivalent.
    """
    effect = abs(effect_of_interest or 0.0)
    low, high = interval
    if n < MINIMUM_PAIRS or not direction or np.isnan(low) or np.isnan(high):
        return "undecided"
    if direction < 0:
        low, high = -high, -low
    if low > 0 and low >= effect:
        return "better"
    if high < 0 and high <= -effect:
        return "worse"
    if (low == high == 0) or (-effect < narrow[0] and narrow[1] < effect):
        return "equivalent"
    return "undecided"

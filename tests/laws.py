"""Differences of known mean, on which intervals are held to their word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]

LAWS: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "Student's t, 3 degrees": lambda rng, shape: rng.standard_t(3, size=shape),
    "exponential": lambda rng, shape: rng.exponential(size=shape) - 1.0,
    "lognormal, σ = 0.5": lambda rng, shape: rng.lognormal(0.0, 0.5, shape) - np.exp(0.125),
    "lognormal, σ = 1": lambda rng, shape: rng.lognormal(0.0, 1.0, shape) - np.exp(0.5),
    "one in five, all alike": lambda rng, shape: (rng.random(shape) < 0.2) - 0.2,
    "one in five, exponential": lambda rng, shape: (
        (rng.random(shape) < 0.2) * rng.exponential(size=shape) - 0.2
    ),
    "one in ten, normal": lambda rng, shape: (
        (rng.random(shape) < 0.1) * rng.normal(1.0, 0.5, shape) - 0.1
    ),
}
"""All of mean 0; the last three are things that seldom happen, most differences being equal."""

PAIRS = (6, 10, 16, 30, 50)


def missed(low: Floats, high: Floats) -> float:
    """Return the share of the intervals there are that leave the true mean, 0, out."""
    return float(((low > 0.0) | (high < 0.0)).mean())


def equivalent_at_the_edge(low: Floats, high: Floats, effect: float) -> float:
    """Return how often "equivalent" is told of a true difference of just the smallest effect.

    The worse of the two ends; the intervals are those of a true mean of 0.
    """
    above = (low + effect > -effect) & (high + effect < effect)
    below = (low - effect > -effect) & (high - effect < effect)
    return float(max(above.mean(), below.mean()))

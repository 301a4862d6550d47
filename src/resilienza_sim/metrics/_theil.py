"""Theil's index and the part of it that lies between groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["between", "theil"]

Floats = NDArray[np.float64]


def theil(x: Floats) -> float | None:
    """Return mean(r ln r), r = x / mean(x) and 0 ln 0 = 0; None where the mean is not positive."""
    mean = float(x.mean()) if x.size else 0.0
    if mean <= 0.0:
        return None
    r = x / mean
    return float((r * np.log(np.where(r > 0.0, r, 1.0))).mean())


def between(x: Floats, group: Floats) -> float | None:
    """Return sum_g s_g ln(s_g / p_g), s and p the shares of the total and of the people.

    What is left of Theil's index is the mean of the groups' own indices, weighted by s.
    """
    total = float(x.sum())
    if total <= 0.0:
        return None
    names, place = np.unique(group, return_inverse=True)
    share = np.bincount(place, weights=x, minlength=names.size) / total
    people = np.bincount(place, minlength=names.size) / x.size
    return float((share * np.log(np.where(share > 0.0, share / people, 1.0))).sum())

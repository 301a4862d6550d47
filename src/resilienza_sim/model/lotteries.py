"""Lotteries of the purse: who is reached this week, each at most once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.streams import u01

__all__ = ["Band", "inside", "reached", "winners"]


class Band(NamedTuple):
    """The uniform numbers that one line reaches in a lottery: from `low` up to `high`."""

    key: np.uint64
    low: float
    high: float


@kernel
def reached(band: Any, name: Any) -> bool:
    """Return whether one name is reached."""
    u = u01(band.key, name)
    within: bool = band.low <= u < band.high
    return within


@kernel
def inside(band: Any, names: Any) -> Any:
    """Return who is reached, shape of `names`."""
    found = np.empty(names.size, np.bool_)
    for k in range(names.size):
        found[k] = reached(band, names[k])
    return found


@kernel
def winners(key: Any, names: Any, count: int) -> Any:
    """Return the names with the `count` smallest numbers, the smallest first."""
    count = min(count, names.size)
    best, order = np.full(count, 2.0), np.zeros(count, names.dtype)
    for name in names:
        u = u01(key, name)
        if count == 0 or u >= best[-1]:
            continue
        k = count - 1
        while k > 0 and best[k - 1] > u:
            best[k], order[k] = best[k - 1], order[k - 1]
            k -= 1
        best[k], order[k] = u, name
    return order

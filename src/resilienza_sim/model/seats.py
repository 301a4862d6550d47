"""Who sits at which table: groups by the number they carry, services by a bit of a mask."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["groups_at", "sits"]


@numba.njit(cache=True)
def sits(mask: Any, service: Any) -> Any:
    """Return whether a service sits at the table that has this mask."""
    return (np.int64(mask) >> service) & 1 == 1


@numba.njit(cache=True)
def groups_at(living: Any, at: Any, tables: int) -> NDArray[np.int64]:
    """Return how many living groups sit at each table; `at` is the table of each, -1 for none."""
    size = np.zeros(tables, np.int64)
    for g in range(living.size):
        if living[g] and at[g] >= 0:
            size[at[g]] += 1
    return size

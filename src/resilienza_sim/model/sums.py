"""Sums over the citizens that the processor can take many at a time, always in the same order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from resilienza_sim.kernels import kernel

__all__ = ["added", "total", "total_by_column", "total_of"]

_LANES = 80
"""Sums kept side by side, so that no addition waits for the one before it: a whole number of rows
of a table of 2, 4 or 5 columns."""


def added(values: Iterable[float]) -> float:
    """Return the sum of a few numbers, added one by one; `sum` corrects itself from 3.12 on."""
    return reduce(add, values, 0.0)


@kernel
def _lanes(x: Any) -> Any:
    """Return sums in double precision: value k of a flat array goes to sum k mod `_LANES`."""
    lanes, blocks = np.zeros(_LANES), x.size // _LANES
    for b in range(blocks):
        row = x[b * _LANES : (b + 1) * _LANES]
        for j in range(_LANES):
            lanes[j] += row[j]
    for j, left in enumerate(x[blocks * _LANES :]):
        lanes[j] += left
    return lanes


@kernel
def total(x: Any) -> float:
    """Return the sum of a flat column, in double precision."""
    return float(_lanes(x).sum())


@kernel
def total_by_column(table: Any) -> Any:
    """Return the sum of each column of a table of a few columns, in double precision."""
    width = table.shape[1]
    return _lanes(table.ravel()).reshape(_LANES // width, width).sum(axis=0)


@kernel
def total_of(x: Any, flag: Any) -> float:
    """Return the sum of a flat column over those whose flag is 1, in double precision."""
    lanes, blocks = np.zeros(_LANES), x.size // _LANES
    for b in range(blocks):
        row, counted = x[b * _LANES : (b + 1) * _LANES], flag[b * _LANES : (b + 1) * _LANES]
        for j in range(_LANES):
            lanes[j] += row[j] * counted[j]
    for k in range(blocks * _LANES, x.size):
        lanes[k - blocks * _LANES] += x[k] * flag[k]
    return float(lanes.sum())

"""How people fare in each part of the town: quarter by quarter, and by kind of recipient."""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.kernels import kernel

__all__ = ["above_by_tag", "by_quarter"]

_SETS = len(Tag) + 1
"""The tags of a citizen, and being distant."""


@kernel
def by_quarter(weeks_above: Any, suffering: Any, first: Any) -> Any:
    """Return the share above the threshold and the mean suffering of each quarter.

    Citizens are sorted by quarter, whose first is in `first`; shape (2, quarters), nan where
    nobody lives.
    """
    told = np.full((2, first.size - 1), np.nan)
    for q in range(first.size - 1):
        people, above, suffered = first[q + 1] - first[q], 0, 0.0
        for i in range(first[q], first[q + 1]):
            above += weeks_above[i] > 0
            suffered += suffering[i]
        if people > 0:
            told[0, q], told[1, q] = above / people, suffered / people
    return told


@kernel
def above_by_tag(weeks_above: Any, tags: Any, distant: Any) -> Any:
    """Return how many are above the threshold of those with each tag; the last are the distant."""
    by_set, counts = np.zeros(1 << _SETS, np.int64), np.zeros(_SETS)
    for i in range(weeks_above.size):
        by_set[tags[i] | distant[i] << (_SETS - 1)] += weeks_above[i] > 0
    for k in range(1 << _SETS):
        for bit in range(_SETS):
            if k >> bit & 1:
                counts[bit] += by_set[k]
    return counts

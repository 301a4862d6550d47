"""How people fare in each part of the town: quarter by quarter, and by kind of recipient."""

from __future__ import annotations

from typing import Any

import numpy as np

from resilienza_sim.community.people import Tag
from resilienza_sim.kernels import kernel

__all__ = ["by_quarter", "by_tag"]

_SETS = len(Tag) + 1
"""The tags of a citizen, and being distant."""
_TURNS = 4
"""Tables filled in turn, so that one citizen's addition does not wait for the last one's."""


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
def by_tag(weeks_above: Any, suffering: Any, tags: Any, distant: Any) -> Any:
    """Return the summed suffering, and how many are above, of those who bear each tag.

    In the order of the tags' bits; the last are the distant; shape (2, tags + 1). A citizen is
    added once, to the set of tags that is theirs; what a tag has is what the sets it is in have.
    """
    suffered, above = np.zeros((_TURNS, 1 << _SETS)), np.zeros(1 << _SETS, np.int64)
    people, told = np.zeros(1 << _SETS, np.int64), np.zeros((2, _SETS))
    for i in range(weeks_above.size):
        which = tags[i] | distant[i] << (_SETS - 1)
        suffered[i % _TURNS, which] += suffering[i]
        above[which] += weeks_above[i] > 0
        people[which] += 1
    for which in range(1 << _SETS):
        if people[which] == 0:
            continue
        for bit in range(_SETS):
            if which >> bit & 1:
                for turn in range(_TURNS):
                    told[0, bit] += suffered[turn, which]
                told[1, bit] += above[which]
    return told

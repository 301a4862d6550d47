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
def by_quarter(citizens: Any, people: Any) -> Any:
    """Return the share above the threshold and the mean suffering of each quarter.

    Citizens are sorted by quarter; shape (2, quarters), nan where nobody lives.
    """
    weeks_above, suffering = citizens.weeks_above, citizens.suffering
    first = people.quarter_start
    found = np.full((2, first.size - 1), np.nan)
    for q in range(first.size - 1):
        residents, above, suffered = first[q + 1] - first[q], 0, 0.0
        for i in range(first[q], first[q + 1]):
            above += weeks_above[i] > 0
            suffered += suffering[i]
        if residents > 0:
            found[0, q], found[1, q] = above / residents, suffered / residents
    return found


@kernel
def by_tag(citizens: Any, people: Any) -> Any:
    """Return the mean suffering, and the share above the threshold, of those who bear each tag.

    In the order of the tags' bits; the last are the distant; shape (2, tags + 1), nan where there
    is nobody. A citizen is added once, to the set of tags that is theirs; what a tag has is what
    the sets it is in have.
    """
    weeks_above, suffering = citizens.weeks_above, citizens.suffering
    tags, distant = people.tags, citizens.distant
    suffered, above = np.zeros((_TURNS, 1 << _SETS)), np.zeros(1 << _SETS, np.int64)
    people_of, found = np.zeros(1 << _SETS, np.int64), np.zeros((2, _SETS))
    bearers = np.zeros(_SETS, np.int64)
    for i in range(weeks_above.size):
        which = tags[i] | distant[i] << (_SETS - 1)
        suffered[i % _TURNS, which] += suffering[i]
        above[which] += weeks_above[i] > 0
        people_of[which] += 1
    for which in range(1 << _SETS):
        if people_of[which] == 0:
            continue
        for bit in range(_SETS):
            if which >> bit & 1:
                bearers[bit] += people_of[which]
                for turn in range(_TURNS):
                    found[0, bit] += suffered[turn, which]
                found[1, bit] += above[which]
    for bit in range(_SETS):
        for what in range(2):
            found[what, bit] = found[what, bit] / bearers[bit] if bearers[bit] else np.nan
    return found

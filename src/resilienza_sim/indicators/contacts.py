"""Contacts of a person this week outside the household, in person or remote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numba

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.phases.meet import HOUSEHOLD, IN_PERSON, REMOTE

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Contacts", "count_contacts"]


@numba.njit(cache=True)
def count_contacts(start: Any, degree: Any, layer: Any, mark: Any) -> tuple[int, int]:
    """Return the contacts in person and remote, each counted once for each of the two."""
    face, remote = 0, 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            if layer[k] & HOUSEHOLD:
                continue
            if mark[k] & IN_PERSON:
                face += 1
            elif mark[k] & REMOTE:
                remote += 1
    return face, remote


class Contacts(Indicator):
    """Contacts of a person this week outside the household, in person or remote."""

    source: ClassVar[str] = "MODEL.md section 5, rows 5 and 13"
    unit: ClassVar[str] = "a week"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state = model.state
        count = count_contacts(state.start, state.degree, state.arcs.layer, state.arcs.mark)
        return sum(count) / len(state.citizens)

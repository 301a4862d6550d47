"""Mean trusted contact with one's own side, outside the household."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numba
import numpy as np

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.network import columns
from resilienza_sim.model.phases.meet import HOUSEHOLD, IN_PERSON

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Bonding"]


@numba.njit(cache=True)
def _bonds(start: Any, degree: Any, arcs: Any, target: Any, trusted: float) -> float:
    nbr, _rev, trust, _debt, layer, mark = arcs
    total = 0.0
    for i in range(degree.size):
        inside = 0.0
        for k in range(start[i], start[i] + degree[i]):
            met = mark[k] & IN_PERSON and not layer[k] & HOUSEHOLD
            if met and target[nbr[k]] == target[i] and trust[k] > trusted:
                inside += trust[k]
        total += 1.0 - np.exp(-inside)
    return float(total / degree.size)


class Bonding(Indicator):
    """Mean trusted contact with one's own side, outside the household."""

    source: ClassVar[str] = (
        "MODEL.md section 7; Putnam 2000 (from memory); "
        "in the form of `bridging`, so that the two compare"
    )
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state = model.state
        return float(
            _bonds(
                state.start, state.degree, columns(state.arcs), model.fixed.target,
                model.rates.mood.trusted,
            )
        )  # fmt: skip

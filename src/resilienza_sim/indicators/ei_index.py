"""E-I index: ties outside minus ties inside one's own kind, over all ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from resilienza_sim.kernels import kernel
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.phases.meet import HOUSEHOLD

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["EiIndex"]


@kernel
def _indices(
    start: Any, degree: Any, nbr: Any, layer: Any, side: Any, quarter: Any
) -> tuple[float, float]:
    ties, other_side, other_quarter = 0, 0, 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            counted = (layer[k] & HOUSEHOLD) == 0
            ties += counted
            other_side += counted & (side[nbr[k]] != side[i])
            other_quarter += counted & (quarter[nbr[k]] != quarter[i])
    if ties == 0:
        return np.nan, np.nan
    return (2 * other_side - ties) / ties, (2 * other_quarter - ties) / ties


class EiIndex(Indicator):
    """E-I index: ties outside minus ties inside one's own kind, over all ties."""

    source: ClassVar[str] = (
        "Krackhardt & Stern 1988 (from memory): -1 when all ties are inside, 1 when all are "
        "outside; ties of the household left out"
    )
    unit: ClassVar[str] = "index"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"
    cadence_weeks: ClassVar[int] = 26

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return "ei_side", "ei_quarter"

    def measure(self, model: CommunityModel) -> tuple[float, float]:
        """Return this week's values."""
        state = model.state
        side, quarter = model.fixed.target, model.community.people.quarter
        return _indices(state.start, state.degree, state.arcs.nbr, state.arcs.layer, side, quarter)

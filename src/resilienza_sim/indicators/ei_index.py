"""E-I index: ties outside minus ties inside one's own kind, over all ties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numba
import numpy as np

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.phases.meet import HOUSEHOLD

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["EiIndex"]


@numba.njit(cache=True)
def _index(start: Any, degree: Any, nbr: Any, layer: Any, kind: Any) -> float:
    outside, inside = 0, 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            if not layer[k] & HOUSEHOLD:
                outside += kind[nbr[k]] != kind[i]
                inside += kind[nbr[k]] == kind[i]
    ties = outside + inside
    return (outside - inside) / ties if ties else np.nan


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

    def measure(self, model: CommunityModel) -> Sequence[float]:
        """Return this week's values."""
        state, community = model.state, model.community
        kinds = np.stack([model.fixed.target, community.people.quarter])
        return [
            _index(state.start, state.degree, state.arcs.nbr, state.arcs.layer, kind)
            for kind in kinds
        ]

"""Mean trust along the ties between persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numba

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Trust"]


@numba.njit(cache=True)
def _mean(start: Any, degree: Any, trust: Any) -> float:
    total, count = 0.0, 0
    for i in range(degree.size):
        for k in range(start[i], start[i] + degree[i]):
            total += trust[k]
        count += degree[i]
    return total / count if count else 0.0


class Trust(Indicator):
    """Mean trust along the ties between persons."""

    source: ClassVar[str] = "MODEL.md equation 1"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state = model.state
        return float(_mean(state.start, state.degree, state.arcs.trust))

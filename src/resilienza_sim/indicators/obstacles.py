"""Mean level of the obstacles to services, weighted by those concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Obstacles"]


class Obstacles(Indicator):
    """Mean level of the obstacles to services, weighted by those concerned."""

    source: ClassVar[str] = "MODEL.md section 5, row 37"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return float(model.state.municipality.obstacles @ model.fixed.concerned)

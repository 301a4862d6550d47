"""Share of citizens in closed rancour: grievance above 0.5, bridging below 0.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ClosedRancour"]


class ClosedRancour(Indicator):
    """Share of citizens in closed rancour: grievance above 0.5, bridging below 0.1."""

    source: ClassVar[str] = "MODEL.md section 5, row 2"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.mood.closed

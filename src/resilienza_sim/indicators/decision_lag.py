"""Weeks that the last decision of the living alliances took, mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["DecisionLag"]


class DecisionLag(Indicator):
    """Weeks that the last decision of the living alliances took, mean."""

    source: ClassVar[str] = "MODEL.md section 5, row 20, and equation 9"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.alliances.delay

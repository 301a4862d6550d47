"""Mean unmet need, all kinds together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["UnmetNeed"]


class UnmetNeed(Indicator):
    """Mean unmet need, all kinds together."""

    source: ClassVar[str] = "MODEL.md equation 2"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.mood.unmet

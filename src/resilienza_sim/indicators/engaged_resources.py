"""Share of the private resources of the town that are engaged."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["EngagedResources"]


class EngagedResources(Indicator):
    """Share of the private resources of the town that are engaged."""

    source: ClassVar[str] = "MODEL.md section 5, row 26"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.territory.engaged

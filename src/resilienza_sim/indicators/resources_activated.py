"""Share of the town's resources that are activated: private ones, places, skills."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ResourcesActivated"]


class ResourcesActivated(Indicator):
    """Share of the town's resources that are activated: private ones, places, skills.

    The mean of three shares: what firms, schools and parishes hold, times how far they are engaged;
    the room of the places that are open; the skill of the adults that are active.
    """

    source: ClassVar[str] = "MODEL.md section 5, row 1"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        territory = model.tally.territory
        return (territory.engaged + territory.room + model.tally.part.skill_in_use) / 3.0

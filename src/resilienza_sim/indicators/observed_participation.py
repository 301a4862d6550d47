"""Share of people of 14 and over who took part in a group in the last twelve months."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.participation import observed_participation

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ObservedParticipation"]


class ObservedParticipation(Indicator):
    """Share of people of 14 and over who took part in a group in the last twelve months."""

    source: ClassVar[str] = "ISTAT BES 05REL004"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return observed_participation(model)

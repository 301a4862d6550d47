"""Mean age of the alliances alive."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["AllianceAge"]


class AllianceAge(Indicator):
    """Mean age of the alliances alive."""

    source: ClassVar[str] = "MODEL.md section 5, row 19: continuous cooperation"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.alliances.age

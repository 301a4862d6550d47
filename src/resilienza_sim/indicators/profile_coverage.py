"""How far those active in groups mirror the residents, by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ProfileCoverage"]


class ProfileCoverage(Indicator):
    """How far those active in groups mirror the residents, by segment."""

    source: ClassVar[str] = "MODEL.md section 5, row 19: coverage of profiles"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.part.overlap

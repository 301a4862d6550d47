"""Share of citizens aged 14 and over who belong to a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["MemberShare"]


class MemberShare(Indicator):
    """Share of citizens aged 14 and over who belong to a group."""

    source: ClassVar[str] = "ISTAT BES 05REL004"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.part.members

"""Share of the citizens in the largest set linked by ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.community.structure import giant_share
from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["GiantComponent"]


class GiantComponent(Indicator):
    """Share of the citizens in the largest set linked by ties."""

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"
    cadence_weeks: ClassVar[int] = 26

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return giant_share(model.tally.ties)

"""Share of citizens in rancour: grievance above one half."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["RancourShare"]


class RancourShare(Indicator):
    """Share of citizens in rancour: grievance above one half."""

    source: ClassVar[str] = "MODEL.md section 5, row 2"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.mood.rancorous

"""Share of citizens who keep away from help of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["DistantShare"]


class DistantShare(Indicator):
    """Share of citizens who keep away from help of any kind."""

    source: ClassVar[str] = "MODEL.md equation 12"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.reach.distant

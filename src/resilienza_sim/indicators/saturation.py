"""People waiting over the cases a service can follow at once, 1 at most; mean of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Saturation"]


class Saturation(Indicator):
    """People waiting over the cases a service can follow at once, 1 at most; mean of services."""

    source: ClassVar[str] = "MODEL.md section 7, weeks of saturation"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.services.saturated

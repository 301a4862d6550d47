"""Share of those who left the queues this week who gave up; undefined when nobody left."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ServiceUnserved"]


class ServiceUnserved(Indicator):
    """Share of those who left the queues this week who gave up; undefined when nobody left."""

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        services = model.tally.services
        left = services.reneged + services.served
        return services.reneged / left if left else math.nan

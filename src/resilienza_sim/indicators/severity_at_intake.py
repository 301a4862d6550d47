"""Mean unmet need of those whose case was opened this week; undefined without any."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SeverityAtIntake"]


class SeverityAtIntake(Indicator):
    """Mean unmet need of those whose case was opened this week; undefined without any."""

    source: ClassVar[str] = "MODEL.md section 5, row 12; Caplan 1964"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        services = model.tally.services
        return services.intake / services.served if services.served else math.nan

"""Mean weeks waited so far by those in the queues of services; undefined without any."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["WaitingWeeks"]


class WaitingWeeks(Indicator):
    """Mean weeks waited so far by those in the queues of services; undefined without any."""

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        c = model.state.citizens
        waited = c.waited[c.queue > 0]
        return float(waited.mean()) if waited.size else math.nan

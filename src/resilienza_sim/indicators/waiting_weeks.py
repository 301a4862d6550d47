"""Mean weeks waited by those whose case was opened this week, by service."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.state import SERVICES

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["WaitingWeeks"]


class WaitingWeeks(Indicator):
    """Mean weeks waited by those whose case was opened this week, by service."""

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns: over all services, the mix of cases would hide it."""
        return tuple(f"waiting_{service}" for service in SERVICES)

    def measure(self, model: CommunityModel) -> tuple[float, ...]:
        """Return this week's values; undefined where no case was opened."""
        services = model.state.services
        pairs = zip(services.waits.tolist(), services.served.tolist(), strict=True)
        return tuple(weeks / served if served else math.nan for weeks, served in pairs)

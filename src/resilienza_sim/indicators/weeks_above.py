"""Mean weeks in a row above their threshold of suffering, of those who are above it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["WeeksAbove"]


class WeeksAbove(Indicator):
    """Mean weeks in a row above their threshold of suffering, of those who are above it."""

    source: ClassVar[str] = "MODEL.md section 5, row 14"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value; nan where nobody is above."""
        mood = model.tally.mood
        return mood.weeks_above / mood.above if mood.above else math.nan

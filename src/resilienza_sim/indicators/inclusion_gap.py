"""Care coverage of the target groups less that of the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["InclusionGap"]


class InclusionGap(Indicator):
    """Care coverage of the target groups less that of the others."""

    source: ClassVar[str] = "MODEL.md section 5, rows 3 and 40"
    unit: ClassVar[str] = "difference"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value; undefined unless both sides have people in serious need."""
        care = model.tally.care
        others = care.serious - care.serious_target
        if not care.serious_target or not others:
            return math.nan
        return care.cared_target / care.serious_target - (care.cared - care.cared_target) / others

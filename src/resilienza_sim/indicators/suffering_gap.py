"""Mean suffering of the target groups less that of the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["SufferingGap"]


class SufferingGap(Indicator):
    """Mean suffering of the target groups less that of the others."""

    source: ClassVar[str] = "MODEL.md section 5, row 40; section 7, marginal gap"
    unit: ClassVar[str] = "difference"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value; undefined without target groups."""
        n, target = model.tally.citizens, model.fixed.tag_sizes[0]
        if target in (0, n):
            return math.nan
        mean = model.tally.suffering_by_tag["target"]
        return mean - (n * model.tally.mood.suffering - target * mean) / (n - target)

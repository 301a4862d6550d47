"""Mean suffering of the target groups less that of the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

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
        s, target = model.state.citizens.suffering, model.fixed.target == 1
        if not target.any() or target.all():
            return math.nan
        gap = s[target].mean(dtype=np.float64) - s[~target].mean(dtype=np.float64)
        return float(gap)

"""Mean cover of the scarcest factor of each kind of need, weighted by the need."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["FactorsCovered"]


class FactorsCovered(Indicator):
    """Mean cover of the scarcest factor of each kind of need, weighted by the need."""

    source: ClassVar[str] = "MODEL.md section 5, row 27: control of pertinent factors"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        need, covers = model.tally.need, model.tally.covers
        whole = need.sum()
        if whole <= 0.0:
            return math.nan
        return float(covers @ need / whole)

"""Share of the accompaniment of groups that went to those above the median."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["StrengthsShare"]


class StrengthsShare(Indicator):
    """Share of the accompaniment of groups that went to those above the median."""

    source: ClassVar[str] = "MODEL.md section 5, row 39"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        effort = model.effort
        return effort.accompanied_strong / effort.accompanied if effort.accompanied else math.nan

"""Ties made this week between groups of one alliance, per alliance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["TiesPerAlliance"]


class TiesPerAlliance(Indicator):
    """Ties made this week between groups of one alliance, per alliance."""

    source: ClassVar[str] = "MODEL.md section 5, row 29; Burt 2004"
    unit: ClassVar[str] = "ties"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        alliances = model.tally.alliances.living
        return model.state.alliance_ties / alliances if alliances else math.nan

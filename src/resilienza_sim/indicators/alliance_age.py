"""Mean age of the alliances alive."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["AllianceAge"]


class AllianceAge(Indicator):
    """Mean age of the alliances alive."""

    source: ClassVar[str] = "MODEL.md section 5, row 19: continuous cooperation"
    unit: ClassVar[str] = "weeks"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        alliances = model.state.alliances
        born = alliances.born[alliances.alive == 1]
        return float(model.state.week - born.mean(dtype=np.float64)) if born.size else math.nan

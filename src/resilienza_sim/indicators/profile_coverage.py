"""How far those active in groups mirror the residents, by segment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.community.people import SEGMENTS
from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.cooperation import overlap
from resilienza_sim.model.state import ADULT

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ProfileCoverage"]


class ProfileCoverage(Indicator):
    """How far those active in groups mirror the residents, by segment."""

    source: ClassVar[str] = "MODEL.md section 5, row 19: coverage of profiles"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        people, c = model.community.people, model.state.citizens
        able = people.age >= ADULT
        active = able & (c.active == 1) & (c.group >= 0)
        if not active.any():
            return math.nan
        shares = [
            np.bincount(people.segment[w], minlength=len(SEGMENTS)) / w.sum()
            for w in (able, active)
        ]
        return overlap(*shares)

"""A flood: water in the low-lying homes of some quarters."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Protection, Shock
from resilienza_sim.shocks._profiles import low_homes_first, pulse
from resilienza_sim.streams import Streams

__all__ = ["Flood"]


class Flood(Shock):
    """A flood: water in the low-lying homes of some quarters; damage lasts until repaired."""

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "flood"
    protects: ClassVar[Protection] = "watch"
    damages_homes: ClassVar[bool] = True
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.3,
        "income": 0.5,
        "care": 0.4,
        "housing": 1.0,
        "health": 0.3,
    }

    peak: float = quantity(0.75, 0.0, 1.5, unit="water", source="assumption: .6-.9")
    services: float = quantity(0.25, 0.0, 1.0, source="assumption: schools and services hit")
    spaces: float = quantity(0.5, 0.0, 1.0, source="assumption: places in the wet quarters")
    salience: float = quantity(0.7, 0.0, 1.0, source="assumption")
    pulse_weeks: float = quantity(2.0, 1.0, 12.0, unit="weeks", source="assumption: 1-3")
    upper_floors: float = quantity(
        0.4,
        0.0,
        1.0,
        source="assumption: share of the homes upstairs hit as those of the ground floor are",
    )
    disrupted: float = quantity(
        0.25,
        0.0,
        1.0,
        source="Waite et al. 2017 (from memory): depression among those disrupted and not flooded, "
        "odds ratio about 1.6, a quarter of the logarithm of that of the flooded (5.9); hit of "
        "those upstairs whose home stays dry, and what common parts of it lose",
    )

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a pulse; the tail is the damage to homes, which the model carries."""
        return pulse(age, self.pulse_weeks)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return who is flooded."""
        share = self.quarter_share(community)
        return low_homes_first(community, streams, share, self.upper_floors, self.disrupted)

"""A precautionary evacuation: people leave, no water comes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Protection, Shock
from resilienza_sim.shocks._profiles import low_homes_first, pulse
from resilienza_sim.streams import Streams

__all__ = ["Evacuation"]


class Evacuation(Shock):
    """A precautionary evacuation: people leave their homes, no water comes."""

    source: ClassVar[str] = "assumption: Faenza, October 2024, alerts without flood"
    hazard: ClassVar[str] = "flood"
    protects: ClassVar[Protection] = "watch"
    needs: ClassVar[dict[str, float]] = {"isolation": 0.4, "care": 0.3, "income": 0.1}

    strike: float = quantity(
        0.3, 0.0, 5.0, source="assumption: lambda_h, days away from home to a week of flood"
    )
    peak: float = quantity(
        0.15, 0.0, 1.5, unit="water", source="assumption: a nuisance, not a flood"
    )
    salience: float = quantity(0.7, 0.0, 1.0, source="assumption: the threat is felt as in a flood")
    pulse_weeks: float = quantity(1.0, 1.0, 12.0, unit="weeks", source="assumption: days")

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a pulse."""
        return pulse(age, self.pulse_weeks)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return who is asked to leave: the homes that would flood first, ground floors."""
        return low_homes_first(community, streams, self.quarter_share(community), 0.0)

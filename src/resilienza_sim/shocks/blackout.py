"""A blackout: no power, telephones down; the frail and the old are hit most."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.community.people import Tag
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Protection, Shock
from resilienza_sim.shocks._profiles import older_first, pulse
from resilienza_sim.streams import Streams

__all__ = ["Blackout"]


class Blackout(Shock):
    """A blackout: no power, telephones down; the frail and the old are hit most."""

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "blackout"
    protects: ClassVar[Protection] = "watch"
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.5,
        "income": 0.1,
        "care": 0.5,
        "health": 0.4,
    }

    strike: float = quantity(
        0.2, 0.0, 5.0, source="assumption: lambda_h, a week without power to a week of flood"
    )
    peak: float = quantity(0.5, 0.0, 1.5, unit="water", source="assumption: .5")
    contact: float = quantity(
        0.2, 0.0, 1.0, source="assumption: lifts and transport stop, half of .4 at a peak of .5"
    )
    services: float = quantity(0.4, 0.0, 1.0, source="assumption: offices and telephones are down")
    spaces: float = quantity(0.5, 0.0, 1.0, source="assumption: half of the places without power")
    salience: float = quantity(0.4, 0.0, 1.0, source="assumption")
    pulse_weeks: float = quantity(1.0, 1.0, 12.0, unit="weeks", source="assumption: 1")
    others: float = quantity(
        0.3, 0.0, 1.0, source="assumption: hit of young and able people, to that of the frail"
    )

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a pulse."""
        return pulse(age, self.pulse_weeks)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return exposures that grow with age, full for those who depend on others."""
        frail = (community.people.tags & Tag.DEPENDANT) > 0
        hit = np.where(frail, 1.0, older_first(community, self.others, 60.0))
        return hit * self.quarter_share(community)

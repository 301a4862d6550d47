"""An earthquake: homes and places damaged round the epicentre, years to reopen them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Protection, Shock
from resilienza_sim.shocks._profiles import pulse
from resilienza_sim.streams import Streams

__all__ = ["Earthquake"]


class Earthquake(Shock):
    """An earthquake: homes and places damaged round the epicentre, years to reopen them."""

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "earthquake"
    protects: ClassVar[Protection] = "watch"
    damages_homes: ClassVar[bool] = True
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.4,
        "income": 0.5,
        "care": 0.5,
        "housing": 1.0,
        "health": 0.5,
    }

    peak: float = quantity(0.8, 0.0, 1.5, unit="water", source="assumption: .8")
    contact: float = quantity(0.4, 0.0, 1.0, source="assumption: tents, quarters left empty")
    services: float = quantity(0.4, 0.0, 1.0, source="assumption: offices and schools unsafe")
    spaces: float = quantity(0.8, 0.0, 1.0, source="assumption: most public buildings are closed")
    salience: float = quantity(0.7, 0.0, 1.0, source="assumption: as in a flood")
    pulse_weeks: float = quantity(
        3.0, 1.0, 12.0, unit="weeks", source="assumption: the strong shocks of one sequence"
    )
    tail_weeks: float = quantity(260.0, 1.0, 1000.0, unit="weeks", source="assumption: 260")
    lasting: float = quantity(
        0.4, 0.0, 1.0, source="assumption: share of what closed that is still shut after the pulse"
    )
    unsafe_homes: float = quantity(
        0.3, 0.0, 1.0, source="assumption: share of the buildings of a quarter that are unsafe"
    )
    others: float = quantity(
        0.2, 0.0, 1.0, source="assumption: hit of those whose building stands; cracks and fear"
    )

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a pulse; the damage to homes lasts, and the model carries it."""
        return pulse(age, self.pulse_weeks)

    def tail(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what stays closed after the pulse: reopened evenly over the tail."""
        left = np.clip(1.0 - (age - self.pulse_weeks) / self.tail_weeks, 0.0, 1.0)
        return np.where(age < self.pulse_weeks, 0.0, self.lasting * left)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return who lives in a building that fails, the weakest first, the same every time."""
        share = self.quarter_share(community)
        weakness = streams.uniform("building weakness", 0, community.people.building)
        return np.where(weakness < self.unsafe_homes * share, 1.0, self.others * share)

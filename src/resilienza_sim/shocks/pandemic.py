"""A pandemic: waves of illness, contact closed by policy."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Protection, Shock
from resilienza_sim.shocks._profiles import older_first
from resilienza_sim.streams import Streams

__all__ = ["Pandemic"]


class Pandemic(Shock):
    """A pandemic: waves of illness, contact closed by policy, services and places shut."""

    source: ClassVar[str] = (
        "ranks from ISTAT 2020; income sized on people in absolute poverty, 7.7 % to "
        "9.4 in 2020 and 2021 (ISTAT BES 04BEC006); form and weights: assumption"
    )
    hazard: ClassVar[str] = "pandemic"
    protects: ClassVar[Protection] = "distance"
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.7,
        "income": 1.0,
        "care": 0.6,
        "health": 0.8,
    }

    strike: float = quantity(
        0.03,
        0.0,
        5.0,
        source="fitted (scripts/calibrate_model.py) to mental health, symptoms and poverty of "
        "2020-21: a week of a long wave, to a flood's week; .01-.06",
    )
    peak: float = quantity(0.65, 0.0, 1.5, unit="water", source="assumption: .5-.8")
    contact: float = quantity(0.8, 0.0, 1.0, source="assumption: closure at full stringency")
    services: float = quantity(
        0.30, 0.0, 1.0, source="assumption: day centres -13.5 % in 2020, ISTAT"
    )
    spaces: float = quantity(0.9, 0.0, 1.0, source="assumption: nearly all places shut")
    salience: float = quantity(0.6, 0.0, 1.0, source="assumption")
    waves: int = quantity(3, 1, 20, source="assumption: 2-4")
    wave_weeks: float = quantity(10.0, 1.0, 52.0, unit="weeks", source="assumption: 8-12")
    gap_weeks: float = quantity(12.0, 0.0, 104.0, unit="weeks", source="assumption")
    young: float = quantity(
        0.3, 0.0, 1.0, source="assumption: exposure of the young to that of the old"
    )

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return half-sine waves with lulls between them."""
        cycle = self.wave_weeks + self.gap_weeks
        inside = age % cycle
        on = (inside < self.wave_weeks) & (age < self.waves * cycle)
        return np.where(on, np.sin(np.pi * (inside + 0.5) / self.wave_weeks).clip(0.0), 0.0)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return exposures that grow with age."""
        return older_first(community, self.young, 40.0) * self.quarter_share(community)

"""An economic crisis: the low-skilled lose income for years, the purse is cut."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Shock
from resilienza_sim.streams import Streams

__all__ = ["EconomicCrisis"]

_WORKING = (18, 65)


class EconomicCrisis(Shock):
    """An economic crisis: the low-skilled lose income for years, the purse is cut."""

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "economic_crisis"
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.2,
        "income": 0.8,
        "care": 0.2,
        "housing": 0.2,
        "health": 0.2,
    }

    strike: float = quantity(
        0.1, 0.0, 5.0, source="assumption: lambda_h, a week of crisis to a week of flood"
    )
    peak: float = quantity(0.3, 0.0, 1.5, unit="water", source="assumption: .2-.4")
    services: float = quantity(
        0.15, 0.0, 1.0, source="assumption: posts left vacant, beside the cut of the purse"
    )
    salience: float = quantity(0.3, 0.0, 1.0, source="assumption")
    budget: float = quantity(
        0.4,
        0.0,
        1.0,
        source="assumption: 12 % of the purse at a peak of .3; Italian municipalities in 2012: "
        "-3.6 % on social services (Spi-Cgil), -13 % foreseen by IFEL (Gori 2012)",
    )
    weeks: float = quantity(104.0, 4.0, 520.0, unit="weeks", source="assumption: 52-156")
    onset_weeks: float = quantity(
        13.0, 1.0, 104.0, unit="weeks", source="assumption: a quarter to bite, another to let go"
    )
    skilled: float = quantity(
        0.25, 0.0, 1.0, source="assumption: hit of the most skilled household, to the least"
    )
    pensions: float = quantity(
        0.3, 0.0, 1.0, source="assumption: hit where nobody is of working age; pensions go on"
    )

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a chronic strain: a slow rise, a plateau, a slow fall."""
        onset = min(self.onset_weeks, self.weeks / 2.0)
        return np.clip(np.minimum((age + 1.0) / onset, (self.weeks - age) / onset), 0.0, 1.0)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return exposures that fall with the rank of the household's skill in the town."""
        people = community.people
        first = people.household_start[:-1]
        order = np.argsort(people.skill[first], kind="stable")
        rank = np.empty(order.size)
        rank[order] = np.arange(order.size) / max(order.size - 1, 1)
        low, high = _WORKING
        of_age = ((people.age >= low) & (people.age < high)).astype(np.float64)
        earning = np.add.reduceat(of_age, first) > 0.0
        hit = (1.0 - (1.0 - self.skilled) * rank) * np.where(earning, 1.0, self.pensions)
        return hit[people.household] * self.quarter_share(community)

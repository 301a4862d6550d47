"""A factory closes: the workers' households lose income, slowly found again."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from resilienza_sim.community.build import Community
from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Shock
from resilienza_sim.streams import Streams

__all__ = ["FactoryClosure"]


class FactoryClosure(Shock):
    """A factory closes: the workers' households lose income, slowly found again."""

    source: ClassVar[str] = "assumption: forms, sizes and weights"
    hazard: ClassVar[str] = "factory_closure"
    needs: ClassVar[dict[str, float]] = {
        "isolation": 0.3,
        "income": 0.9,
        "care": 0.1,
        "housing": 0.1,
        "health": 0.3,
    }

    strike: float = quantity(
        0.1, 0.0, 5.0, source="assumption: lambda_h, a week out of work to a week of flood"
    )
    peak: float = quantity(0.5, 0.0, 1.5, unit="water", source="assumption: .4-.7")
    contact: float = quantity(
        0.02, 0.0, 1.0, source="assumption: one tenth of homes loses a job and a fifth of contacts"
    )
    salience: float = quantity(0.5, 0.0, 1.0, source="assumption")
    decay_weeks: float = quantity(104.0, 1.0, 1000.0, unit="weeks", source="assumption: two years")
    jobs_share: float = quantity(
        0.10, 0.0, 1.0, source="assumption: share of the households of a quarter with a lost job"
    )

    def profile(self, age: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a step that decays."""
        return np.exp(-age / self.decay_weeks)

    def exposure(self, community: Community, streams: Streams) -> NDArray[np.float64]:
        """Return the households that lose a job; low skill is hit twice as often."""
        people = community.people
        first = people.household_start[people.household]
        low = people.skill[first] < np.median(people.skill)
        chance = (
            self.jobs_share * self.quarter_share(community) * np.where(low, 4.0 / 3.0, 2.0 / 3.0)
        )
        u = streams.uniform("job lost", 0, people.household)
        return (u < np.minimum(chance, 1.0)).astype(np.float64)

"""Loss of income: taking part years later, of a random half who lose it, over what it would be."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case
from resilienza_sim.experiments.validation.reading import Reading
from resilienza_sim.model.state import NEEDS

__all__ = ["JobLoss"]

INCOME = NEEDS.index("income")
FIRST_AGE, LAST_AGE = 18, 64


class JobLoss(Reading):
    """Volunteering after a loss of income, less one: the same people with and without it."""

    case: Case = Case(shocks=())
    weeks: tuple[int, ...] = Field((104, 156, 208), min_length=1, description="weeks after")

    def read(self, bench: Bench) -> float:
        """Return the change in one town."""
        spared = bench.model(self.case, 0)
        age, active = spared.community.people.age, spared.state.citizens.active == 1
        chosen = spared.streams.uniform("trial", 0, np.arange(age.size)) < 0.5
        who = np.flatnonzero(active & chosen & (age >= FIRST_AGE) & (age <= LAST_AGE))
        hit = spared.fork(spared.strategy)
        income = hit.state.citizens.need[:, INCOME]
        income[who] += (1.0 - income[who]) * spared.parameters.need.event_size
        kept = np.zeros(2)
        for week in self.weeks:
            for k, model in enumerate((hit, spared)):
                model.run_to(week)
                kept[k] += model.state.citizens.active[who].sum()
        return float(kept[0] / kept[1] - 1.0) if kept[1] else np.nan

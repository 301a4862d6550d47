"""A trial of company: those given it against themselves without it."""

from __future__ import annotations

from pydantic import Field

from resilienza_sim.experiments.validation.bench import Bench, Case
from resilienza_sim.experiments.validation.company import Company, given_company
from resilienza_sim.experiments.validation.reading import Reading

__all__ = ["CompanyTrial"]


class CompanyTrial(Reading):
    """The standardised difference of suffering with a befriender, or a place in a group."""

    given: Company
    case: Case = Case(shocks=())
    week: int = Field(8, ge=0, description="week in which it is given")
    weeks: int = Field(52, ge=1, le=520, description="weeks from the start to follow-up")

    def read(self, bench: Bench) -> float:
        """Return the difference in one town."""
        past = bench.model(self.case, self.week)
        who, *towns = given_company(past, self.given)
        for town in towns:
            town.run_to(self.week + self.weeks)
        without, given = (town.state.citizens.suffering[who] for town in towns)
        return float((given - without).mean() / without.std())

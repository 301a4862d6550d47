"""A trial of cash: a random half of those who lack income are paid, the halves are compared."""

from __future__ import annotations

from pydantic import Field

from resilienza_sim.actions.cash_support import CashSupport
from resilienza_sim.experiments.trial import People, trial
from resilienza_sim.experiments.validation.bench import Bench, Case
from resilienza_sim.experiments.validation.reading import Reading
from resilienza_sim.model.community_model import CommunityModel
from resilienza_sim.model.state import NEEDS
from resilienza_sim.simulation import replicate_seed

__all__ = ["CashTrial"]

INCOME = NEEDS.index("income")


class CashTrial(Reading):
    """The standardised difference of suffering between those paid and those not."""

    case: Case = Case(shocks=())
    weeks: int = Field(104, ge=1, le=520, description="weeks from the start to follow-up")
    above: float = Field(0.3, ge=0.0, le=1.0, description="income need of those eligible")

    def read(self, bench: Bench) -> float:
        """Return the difference in one town."""
        left = 1.0 - CashSupport().relief

        def pay(model: CommunityModel, who: People) -> None:
            model.state.citizens.need[who, INCOME] *= left

        found = trial(
            self.case.prepared(bench.citizens),
            pay,
            lambda model: model.state.citizens.need[:, INCOME] > self.above,
            lambda model: model.state.citizens.suffering.astype(float),
            self.weeks,
            [replicate_seed(bench.seed, bench.world)],
        )
        return found.effect

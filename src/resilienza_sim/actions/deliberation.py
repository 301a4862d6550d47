"""Pay for the seats of a public deliberation, which looks at the plan again every cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Deliberation"]


class Deliberation(Action):
    """Pay for the seats of a public deliberation, which looks at the plan again every cycle."""

    source: ClassVar[str] = "Page 2007; decree 117/2017, art. 55: co-programming; sizes: assumption"
    ambit: ClassVar[Ambit] = "planning"

    unit_cost_eur: float = quantity(
        25.0,
        0.1,
        10_000.0,
        unit="EUR per seat",
        source="assumption: an evening with a facilitator at 31 EUR an hour for twenty, and room",
    )
    assembly: int = quantity(
        50,
        2,
        10_000,
        unit="seats a cycle",
        source="assumption: citizens' assemblies seat about 50 to 150",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the seats of a week that fill an assembly by the end of the cycle."""
        return self.assembly / float(model.parameters.plan.cycle_weeks)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Add seats to the next deliberation."""
        model.state.municipality.seats += done

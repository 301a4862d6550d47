"""Try new practices in services and groups: small pilots that can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

_SETTLED = 0.05

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["PracticeTrials"]


class PracticeTrials(Action):
    """Try new practices in services and groups: small pilots that can fail."""

    source: ClassVar[str] = "MODEL.md equation 11; March 1991"
    ambit: ClassVar[Ambit] = "planning"

    unit_cost_eur: float = quantity(
        6000.0, 1.0, 1_000_000.0, unit="EUR per pilot",
        source="assumption: 16 h supervision, 24 h training at 80 EUR, replacement of ten workers",
    )  # fmt: skip

    def need(self, model: CommunityModel) -> float:
        """Return the organisations that are not already learning something new."""
        groups, services = model.state.groups, model.state.services
        ready = ((groups.dip < _SETTLED) & (groups.alive == 1)).sum() + (
            services.dip < _SETTLED
        ).sum()
        return float(ready)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Start pilots."""
        model.effort.trials += done

"""Pay more workers of a usual service."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.state import NEED_SERVICE, NEEDS, SERVICES

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ServiceStaff"]


class ServiceStaff(Action):
    """Pay more workers of a usual service."""

    source: ClassVar[str] = "CNEL 2025; law 178/2020"
    ambit: ClassVar[Ambit] = "services"

    service: Literal["social_work", "home_care", "shelter", "family_support"] = "social_work"
    unit_cost_eur: float = quantity(
        850.0,
        1.0,
        100_000.0,
        unit="EUR per worker and week",
        source="law 178/2020: 40,000 EUR a year a social worker; 10 % overhead is an assumption",
    )
    absorption: float = quantity(
        0.25, 0.0, 10.0, source="assumption: a service can take in a quarter of its staff"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the workers the queue would need, and those the service can take in anyway."""
        services = model.state.services
        k = SERVICES.index(self.service)
        wanted = services.queue[k] / services.caseload[k]
        return float(wanted + self.absorption * services.workers[k])

    def apply(self, model: CommunityModel, done: float) -> None:
        """Add workers for the week."""
        model.state.services.extra[SERVICES.index(self.service)] += done

    def relieves(self) -> dict[str, float]:
        """Return the needs its service answers."""
        own = SERVICES.index(self.service)
        return {kind: 1.0 for kind, by in zip(NEEDS, NEED_SERVICE.T, strict=True) if own in by}

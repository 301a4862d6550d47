"""Activities that people of different sides and groups do together (connessione)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["BringTogether"]


class BringTogether(Action):
    """Activities that people of different sides and groups do together (connessione)."""

    source: ClassVar[str] = "Pettigrew & Tropp 2006; sizes: assumption"
    ambit: ClassVar[Ambit] = "ties"

    unit_cost_eur: float = quantity(
        400.0,
        1.0,
        100_000.0,
        unit="EUR per activity",
        source="assumption: 10 hours of a facilitator at 31 EUR, and 90 EUR of room and materials",
    )
    participants: float = quantity(
        40.0, 2.0, 10_000.0, unit="people", source="assumption: size of a shared activity"
    )
    every_weeks: float = quantity(
        13.0, 1.0, 520.0, unit="weeks", source="assumption: each citizen takes part once a season"
    )
    added: float = quantity(
        1.0,
        0.0,
        10.0,
        source="assumption: with every citizen involved, contact with the others doubles",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the activities of a week that would involve every citizen in turn."""
        return len(model.state.citizens) / (self.participants * self.every_weeks)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise contact and meetings between different sides and groups for the week."""
        share = done * self.participants * self.every_weeks / len(model.state.citizens)
        model.effort.crossing += self.added * share

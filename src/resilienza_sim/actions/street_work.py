"""Street workers: presence in buildings, neighbourhoods and quarters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["StreetWork"]


class StreetWork(Action):
    """Street workers: presence in buildings, neighbourhoods and quarters."""

    source: ClassVar[str] = "assumption: no study was found; Bryant et al. 2003, from memory"
    ambit: ClassVar[Ambit] = "ties"

    unit_cost_eur: float = quantity(
        1008.0,
        1.0,
        100_000.0,
        unit="EUR per worker and week",
        source="decree 30/2024, social cooperatives, level D (from memory): 28 EUR x 36 hours",
    )
    residents_per_worker: float = quantity(
        1000.0, 50.0, 100_000.0, unit="residents", source="assumption: one worker fills a quarter"
    )
    contacts: float = quantity(
        0.6, 0.0, 5.0, source="assumption: contacts between neighbours added by full presence"
    )
    invitation: float = quantity(
        0.6, 0.0, 10.0, source="assumption: hazard to join added by being asked; Bryant et al. 2003"
    )

    def need(self, model: CommunityModel) -> float:
        """Return the workers that would fill every quarter."""
        return len(model.state.citizens) / self.residents_per_worker

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise contacts and invitations for the week."""
        n, residents = len(model.state.citizens), model.residents
        share = done * self.residents_per_worker / n
        model.state.presence.workers += done * residents / n
        model.effort.presence += self.contacts * share
        model.effort.invitation += self.invitation * share

    def relieves(self) -> dict[str, float]:
        """Return isolation: neighbours meet."""
        return {"isolation": 1.0}

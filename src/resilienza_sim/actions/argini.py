"""Reinforce the argini: protocols, stock, reserve and surge capacity against known hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Argini"]


class Argini(Action):
    """Reinforce the argini: protocols, stock, reserve and surge capacity against known hazards."""

    source: ClassVar[str] = "MODEL.md section 1, rule 6, and equation 10"
    ambit: ClassVar[Ambit] = "services"

    unit_cost_eur: float = quantity(
        120.0, 1.0, 10_000.0, unit="EUR per resident and unit of water",
        source="assumption between two anchors: works decided for Faenza after 2024, 10 million "
        "EUR for 58,710 residents and .78 of water, 218; care and hospital plans of decree "
        "34/2020, about 55 a head (from memory)",
    )  # fmt: skip

    def need(self, model: CommunityModel) -> float:
        """Return residents times the height still to be paid of what the last events asked for."""
        return float(model.state.municipality.asked.sum()) * len(model.state.citizens)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Pay for works, each hazard in proportion to what is asked; they stand lot by lot."""
        town = model.state.municipality
        share = min(1.0, done / self.need(model))
        town.works += share * town.asked
        town.asked *= 1.0 - share

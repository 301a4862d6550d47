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

    source: ClassVar[str] = "Viglione et al. 2014; Di Baldassarre et al. 2013; sizes: assumption"
    ambit: ClassVar[Ambit] = "services"

    unit_cost_eur: float = quantity(
        50.0,
        1.0,
        10_000.0,
        unit="EUR per resident and unit of water",
        source="assumption: 20-125 EUR. No price list of protocols, stock and surge capacity was "
        "found. Low end: five years of what the municipalities of Emilia-Romagna spend on civil "
        "protection, 3.86 EUR a head in 2020 (openpolis). Middle: the hospital plan of decree "
        "34/2020, over 3,000 million EUR for Italy, 50 a head against a whole wave (the minister, "
        "May 2020). High end: two and a half times that, for what a small town cannot share",
    )

    def need(self, model: CommunityModel) -> float:
        """Return residents times the height still to be paid of what the last events asked for."""
        return float(model.state.municipality.asked.sum()) * len(model.state.citizens)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Pay for works, each hazard in proportion to what is asked; they stand lot by lot."""
        town = model.state.municipality
        share = min(1.0, done / self.need(model))
        town.works += share * town.asked
        town.asked *= 1.0 - share

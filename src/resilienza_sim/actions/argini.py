"""Reinforce the argini: protocols, stock, reserve and surge capacity against known hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

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
        """Return residents times the height still missing after the last events."""
        town = model.state.municipality
        return float(np.maximum(town.design - town.levee, 0.0).sum()) * len(model.state.citizens)

    def apply(self, model: CommunityModel, done: float) -> None:
        """Raise the argini, each hazard in proportion to what it lacks."""
        town = model.state.municipality
        lacks = np.maximum(town.design - town.levee, 0.0)
        town.levee += done / len(model.state.citizens) * lacks / lacks.sum()

"""Lower what keeps people from services: cost, distance or bureaucracy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.component import quantity
from resilienza_sim.model.access import OBSTACLES
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["RemoveObstacles"]


class RemoveObstacles(Action):
    """Lower what keeps people from services: cost, distance or bureaucracy."""

    source: ClassVar[str] = "Herd & Moynihan 2018, from memory; sizes: assumption"
    ambit: ClassVar[Ambit] = "planning"

    obstacle: Literal["cost", "distance", "bureaucracy"] = "bureaucracy"
    unit_cost_eur: float = quantity(
        30.0,
        0.1,
        10_000.0,
        unit="EUR per person freed of it",
        source="assumption: an educator's hour at a desk near home (28 EUR), a ride, a fee waived",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the people held back: those concerned, by how far, times the level."""
        k = OBSTACLES.index(self.obstacle)
        return float(model.state.municipality.obstacles[k]) * model.held_back[k]

    def apply(self, model: CommunityModel, done: float) -> None:
        """Lower the level by the share of those concerned who are freed."""
        level, k = model.state.municipality.obstacles, OBSTACLES.index(self.obstacle)
        level[k] = max(0.0, level[k] - done / max(model.held_back[k], 1e-9))

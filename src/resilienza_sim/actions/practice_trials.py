"""Try new practices in services and groups: small pilots that can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit
from resilienza_sim.model.practices import unoccupied

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["PracticeTrials"]


class PracticeTrials(Action):
    """Try new practices in services and groups: small pilots that can fail."""

    source: ClassVar[str] = "March 1991; sizes: assumption"
    ambit: ClassVar[Ambit] = "planning"

    unit_cost_eur: float = quantity(
        6000.0,
        1.0,
        1_000_000.0,
        unit="EUR per pilot",
        source="assumption: 16 h supervision, 24 h training at 80 EUR, replacement of ten workers",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the organisations that are not already learning something new."""
        return float(unoccupied(model))

    def apply(self, model: CommunityModel, done: float) -> None:
        """Begin pilots: this week's lottery draws among those who are not learning yet."""
        model.effort.trials += done

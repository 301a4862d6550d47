"""Make help visible: a campaign on the services or on the groups (visibilità)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Action, Ambit

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Campaign"]


class Campaign(Action):
    """Make help visible: a campaign on the services or on the groups (visibilità)."""

    source: ClassVar[str] = "Snyder et al. 2004"
    ambit: ClassVar[Ambit] = "awareness"

    about: Literal["formal", "informal"] = "informal"
    unit_cost_eur: float = quantity(
        1.0,
        0.001,
        1_000.0,
        unit="EUR per person reached once",
        source="assumption: print and post of a leaflet, posts and radio less",
    )

    def need(self, model: CommunityModel) -> float:
        """Return the citizens, as long as one is not informed: nobody knows who it is."""
        informed = getattr(model.state.citizens, f"informed_{self.about}")
        return float(informed.size) if not informed.all() else 0.0

    def apply(self, model: CommunityModel, done: float) -> None:
        """Expose the town to the campaign, those who know already like the others."""
        exposures = getattr(model.effort, f"campaign_{self.about}")
        exposures += done / len(model.state.citizens)

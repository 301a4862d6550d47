"""Strength of the shocks of the week: the larger of water and closure."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ShockIntensity"]


class ShockIntensity(Indicator):
    """Strength of the shocks of the week: the larger of water and closure."""

    source: ClassVar[str] = "MODEL.md section 7"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        town = model.state.municipality
        return float(max(town.contact_closed, *town.water.tolist()))

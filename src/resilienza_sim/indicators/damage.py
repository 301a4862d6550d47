"""What overtopped the levees this week, over all hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Damage"]


class Damage(Indicator):
    """What overtopped the levees this week, over all hazards."""

    source: ClassVar[str] = "MODEL.md equation 10"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return float(max(model.state.municipality.damage.tolist()))

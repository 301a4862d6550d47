"""Height of the argini paid by the purse, summed over hazards."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Levee"]


class Levee(Indicator):
    """Height of the argini paid by the purse, summed over hazards."""

    source: ClassVar[str] = "MODEL.md equation 10"
    unit: ClassVar[str] = "water"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return float(sum(model.state.municipality.levee.tolist()))

"""Share of the operators of services who are burnt out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Burnout"]


class Burnout(Indicator):
    """Share of the operators of services who are burnt out."""

    source: ClassVar[str] = "MODEL.md equation 8"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.services.burnout

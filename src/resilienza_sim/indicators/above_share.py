"""Share of citizens above their threshold of suffering."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["AboveShare"]


class AboveShare(Indicator):
    """Share of citizens above their threshold of suffering."""

    source: ClassVar[str] = "MODEL.md section 5, row 14"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.mood.above / len(model.citizens)

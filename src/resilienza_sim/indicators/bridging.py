"""Mean trusted contact across the line between majority and minorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Bridging"]


class Bridging(Indicator):
    """Mean trusted contact across the line between majority and minorities."""

    source: ClassVar[str] = "MODEL.md section 5, row 24"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.mood.bridge

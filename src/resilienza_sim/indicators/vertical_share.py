"""Share of the living alliances that are governed vertically."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["VerticalShare"]


class VerticalShare(Indicator):
    """Share of the living alliances that are governed vertically."""

    source: ClassVar[str] = "MODEL.md section 5, row 20; Provan & Milward 1995"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.alliances.vertical

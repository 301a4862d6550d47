"""What people count on: help that would come if they needed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.sums import total

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["PerceivedSupport"]


class PerceivedSupport(Indicator):
    """What people count on: help that would come if they needed it."""

    source: ClassVar[str] = "Norris & Kaniasty 1996"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        column = model.state.citizens.perceived_support
        return float(total(column)) / column.size

"""Savings left to households, as a rank among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.sums import total

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Savings"]


class Savings(Indicator):
    """Savings left to households, as a rank among them."""

    source: ClassVar[str] = "ISTAT, unexpected expenses; Hobfoll 1989"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        column = model.state.households.savings
        return float(total(column)) / column.size

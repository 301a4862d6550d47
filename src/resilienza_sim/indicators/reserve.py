"""Strength that people have in reserve."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.sums import total

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Reserve"]


class Reserve(Indicator):
    """Strength that people have in reserve."""

    source: ClassVar[str] = "Hobfoll 1989"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        column = model.state.citizens.reserve
        return float(total(column)) / column.size

"""Alliances alive per 10,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Alliances"]


class Alliances(Indicator):
    """Alliances alive per 10,000 citizens."""

    source: ClassVar[str] = "MODEL.md section 5, row 11"
    unit: ClassVar[str] = "per 10,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1e4 * model.tally.alliances.living / model.tally.citizens

"""Groups that ended this week, per 10,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["GroupDeaths"]


class GroupDeaths(Indicator):
    """Groups that ended this week, per 10,000 citizens."""

    source: ClassVar[str] = "MODEL.md equation 7; Hannan & Freeman"
    unit: ClassVar[str] = "per 10,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1e4 * model.state.deaths / model.tally.citizens

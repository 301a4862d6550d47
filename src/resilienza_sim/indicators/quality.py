"""Functioning Q of the town: 1 less the mean suffering above its quiet level."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Quality"]


class Quality(Indicator):
    """Functioning Q of the town: 1 less the mean suffering above its quiet level."""

    source: ClassVar[str] = "Bruneau et al. 2003"
    unit: ClassVar[str] = "1 = as before"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1.0 - (model.tally.mood.suffering - model.state.municipality.reference)

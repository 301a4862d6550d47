"""Share who say that most people can be trusted (yes or no, as the survey asks)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["GeneralisedTrust"]


class GeneralisedTrust(Indicator):
    """Share who say that most people can be trusted (yes or no, as the survey asks)."""

    source: ClassVar[str] = "ISTAT BES 05REL009"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.reach.trusting

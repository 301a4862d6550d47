"""Share of people of 14 and over who say that most people can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ObservedTrust"]

_YES = 0.5


class ObservedTrust(Indicator):
    """Share of people of 14 and over who say that most people can be trusted."""

    source: ClassVar[str] = "ISTAT BES 05REL009"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.share_of_asked(model.state.citizens.generalised_trust > _YES)

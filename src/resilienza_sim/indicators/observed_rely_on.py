"""Share of people of 14 and over who have somebody to rely on outside their household."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ObservedRelyOn"]


class ObservedRelyOn(Indicator):
    """Share of people of 14 and over who have somebody to rely on outside their household."""

    source: ClassVar[str] = "ISTAT BES 05REL003"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.relying

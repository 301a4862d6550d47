"""Mean trusted contact with one's own side, outside the household."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Bonding"]


class Bonding(Indicator):
    """Mean trusted contact with one's own side, outside the household."""

    source: ClassVar[str] = (
        "MODEL.md section 7; Putnam 2000 (from memory); "
        "in the form of `bridging`, so that the two compare"
    )
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.state.bonds / model.tally.citizens

"""Groups alive per 10,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Groups"]


class Groups(Indicator):
    """Groups alive per 10,000 citizens."""

    source: ClassVar[str] = "ISTAT BES 05REL008"
    unit: ClassVar[str] = "per 10,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1e4 * model.tally.groups.living / model.tally.citizens

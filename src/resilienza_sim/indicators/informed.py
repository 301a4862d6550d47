"""Share informed of services, of the groups' help; of the latter among the distant."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Informed"]


class Informed(Indicator):
    """Share informed of services, of the groups' help; of the latter among the distant."""

    source: ClassVar[str] = "MODEL.md equation 12; section 5, row 25"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return ("informed_formal", "informed_informal", "informed_distant")

    def measure(self, model: CommunityModel) -> tuple[float, float, float]:
        """Return this week's values."""
        reach = model.tally.reach
        return reach.informed_formal, reach.informed_informal, reach.informed_distant

"""Hours given this week by helpers and active members, per 1,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["VolunteerHours"]


class VolunteerHours(Indicator):
    """Hours given this week by helpers and active members, per 1,000 citizens."""

    source: ClassVar[str] = "MODEL.md section 1, rule 6: volunteer hours have a shadow price"
    unit: ClassVar[str] = "hours per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1e3 * model.state.volunteer_hours / model.tally.citizens

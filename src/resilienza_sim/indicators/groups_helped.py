"""People helped this week by groups, per 1,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["GroupsHelped"]


class GroupsHelped(Indicator):
    """People helped this week by groups, per 1,000 citizens."""

    source: ClassVar[str] = "MODEL.md equation 9"
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1e3 * model.state.groups_helped / model.tally.citizens

"""Share of the town's resources that are activated: private ones, places, skills."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.state import ADULT

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ResourcesActivated"]


class ResourcesActivated(Indicator):
    """Share of the town's resources that are activated: private ones, places, skills.

    The mean of three shares: what firms, schools and parishes hold, times how far they are engaged;
    the room of the places that are open; the skill of the adults that are active.
    """

    source: ClassVar[str] = "MODEL.md section 5, row 1"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state, skill = model.state, model.state.citizens.skill
        adult = model.community.people.age >= ADULT
        private = float((state.stakeholders.resources * state.stakeholders.engaged).sum())
        spaces = state.spaces
        places = float((spaces.capacity * spaces.open).sum() / spaces.capacity.sum())
        doing = float(skill[adult & (state.citizens.active == 1)].sum() / skill[adult].sum())
        return (private + places + doing) / 3.0

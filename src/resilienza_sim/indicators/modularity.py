"""How far ties stay inside communities: modularity of the best split found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.community.louvain import partition
from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Modularity"]


class Modularity(Indicator):
    """How far ties stay inside communities: modularity of the best split found."""

    source: ClassVar[str] = "MODEL.md section 7; Newman 2006; Louvain, Blondel et al. 2008"
    unit: ClassVar[str] = "index"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"
    cadence_weeks: ClassVar[int] = 52  # the costliest to measure

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return partition(model.tally.ties)[1]

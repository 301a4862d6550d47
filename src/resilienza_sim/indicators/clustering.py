"""Mean share of a person's ties that are tied to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.community.structure import clustering
from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Clustering"]


class Clustering(Indicator):
    """Mean share of a person's ties that are tied to each other."""

    source: ClassVar[str] = "MODEL.md section 7; Watts & Strogatz 1998"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"
    cadence_weeks: ClassVar[int] = 26

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return clustering(model.tally.ties)

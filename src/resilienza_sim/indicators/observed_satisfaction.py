"""Share of people of 14 and over who are very satisfied with their life."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.component import quantity
from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ObservedSatisfaction"]


class ObservedSatisfaction(Indicator):
    """Share of people of 14 and over who are very satisfied with their life (8 to 10 of 10)."""

    source: ClassVar[str] = "ISTAT BES 08BSO001"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    below: float = quantity(
        0.185, 0.0, 1.0,
        source="fitted: suffering below which 43 % of people are in a town without shocks (Italy "
        "2019: 43.2 %)",
    )  # fmt: skip

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.share_of_asked(model.state.citizens.suffering < self.below)

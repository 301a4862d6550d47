"""Help received from ties and groups, mean over the citizens of its moving average."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator
from resilienza_sim.model.sums import total

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["ReceivedSupport"]


class ReceivedSupport(Indicator):
    """Help received from ties and groups, mean over the citizens of its moving average."""

    source: ClassVar[str] = "Norris & Kaniasty 1996"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        column = model.state.citizens.received
        return float(total(column)) / column.size

"""Mean number of active ties of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["MeanDegree"]


class MeanDegree(Indicator):
    """Mean number of active ties of a person."""

    source: ClassVar[str] = "MODEL.md section 2"
    unit: ClassVar[str] = "ties"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return model.tally.degrees / model.tally.citizens

"""Loss of capacity while new practices are learnt: mean, and share of those who lose."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Dip"]


class Dip(Indicator):
    """Loss of capacity while new practices are learnt: mean, and share of those who lose."""

    source: ClassVar[str] = "MODEL.md section 5, row 18; Hedberg 1981"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return ("dip", "dip_share")

    def measure(self, model: CommunityModel) -> tuple[float, float]:
        """Return this week's value."""
        organisations = model.tally.organisations
        return (
            organisations.dip / organisations.living,
            organisations.learning / organisations.living,
        )

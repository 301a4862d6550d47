"""Ties made this week, per 1,000 citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["NewTies"]


class NewTies(Indicator):
    """Ties made this week, per 1,000 citizens."""

    source: ClassVar[str] = "MODEL.md section 5, row 42"
    unit: ClassVar[str] = "per 1,000"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        return 1e3 * model.state.new_ties / model.tally.citizens

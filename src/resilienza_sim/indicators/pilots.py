"""Paid pilots begun this week, and share of them that fit better than before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Pilots"]


class Pilots(Indicator):
    """Paid pilots begun this week, and share of them that fit better than before."""

    source: ClassVar[str] = "MODEL.md section 5, row 31; March 1991"
    unit: ClassVar[str] = "pilots"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return ("pilots", "pilot_success")

    def measure(self, model: CommunityModel) -> tuple[float, float]:
        """Return this week's value."""
        begun, better = model.state.pilots, model.state.pilots_better
        return float(begun), better / begun if begun else math.nan

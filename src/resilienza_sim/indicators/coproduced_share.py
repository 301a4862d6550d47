"""Share of the need met in cases that services and others meet only by working together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["CoproducedShare"]


class CoproducedShare(Indicator):
    """Share of the need met in cases that services and others meet only by working together."""

    source: ClassVar[str] = "MODEL.md section 5, row 10; Ostrom 1996"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value; undefined when services met nothing."""
        together = model.state.met_together
        in_cases = model.state.met_formal + 0.5 * together  # the other half is told as informal
        return min(1.0, together / in_cases) if in_cases > 0.0 else math.nan

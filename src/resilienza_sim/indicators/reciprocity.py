"""Share of the help given between persons by one who owed it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["Reciprocity"]


class Reciprocity(Indicator):
    """Share of the help given between persons by one who owed it."""

    source: ClassVar[str] = "MODEL.md section 5, row 5; equation 5"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state = model.state
        return state.help_returned / state.help_acts if state.help_acts else math.nan

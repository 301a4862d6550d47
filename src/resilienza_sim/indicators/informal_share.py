"""Share of the need met this week by people and groups; the rest by services."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["InformalShare"]


class InformalShare(Indicator):
    """Share of the need met this week by people and groups; the rest by services."""

    source: ClassVar[str] = "MODEL.md section 5, rows 4 and 10"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "neither"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        met = model.state.met_informal + model.state.met_formal
        return model.state.met_informal / met if met > 0 else math.nan

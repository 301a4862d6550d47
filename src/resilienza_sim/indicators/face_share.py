"""Share of the contacts outside the household that are face to face."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["FaceShare"]


class FaceShare(Indicator):
    """Share of the contacts outside the household that are face to face."""

    source: ClassVar[str] = "MODEL.md section 5, row 5"
    unit: ClassVar[str] = "share"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "higher"

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value."""
        state = model.state
        met = state.face_contacts + state.remote_contacts
        return state.face_contacts / met if met else math.nan

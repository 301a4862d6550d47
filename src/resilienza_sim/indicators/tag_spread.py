"""Spread of mean suffering across the kinds of recipients: standard deviation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from resilienza_sim.model.contracts import Indicator

if TYPE_CHECKING:
    from resilienza_sim.model.community_model import CommunityModel

__all__ = ["TagSpread"]


class TagSpread(Indicator):
    """Spread of mean suffering across the kinds of recipients: standard deviation."""

    source: ClassVar[str] = "MODEL.md section 5, row 36"
    unit: ClassVar[str] = "0-1"
    better: ClassVar[Literal["higher", "lower", "neither"]] = "lower"
    cadence_weeks: ClassVar[int] = 4

    def measure(self, model: CommunityModel) -> float:
        """Return this week's value; a kind of recipient without people is left out."""
        told = model.tally.suffering_by_tag
        means = np.array([told[tag] for tag in model.fixed.tags if not math.isnan(told[tag])])
        if means.size == 0:
            return math.nan
        far = means - means.sum() / means.size
        return math.sqrt((far * far).sum() / means.size)
